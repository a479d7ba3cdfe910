//! # The drawing
//!
//! Two charts side by side, as SVG: throughput against batch size, with the slowest and the fastest run, and the time
//! of every stage a transfer, stacked, by batch size. A bar is the whole way of one batch in a new process, so it has
//! the building of the circuits in it, which a process does once.
//!
//! Texts are drawn by whatever shows the file; no font is read here.

use std::time::Duration;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::report::{Case, Report};
use crate::exit::{Defect, Failure};
use crate::measure::Seconds;

/// Width and height, in pixels.
const SIZE: (u32, u32) = (1200, 560);
/// Height of the title's lines.
const TITLE: u32 = 84;
/// Width of the list of stages.
const LEGEND: u32 = 130;
/// Width of the first chart.
const FIRST: u32 = 520;
/// Of batch sizes that lie closer than this part of the axis, not all are named.
const APART: f64 = 0.12;
/// So many bars have room for a number above; of more, every second or third has one.
const BARS: usize = 8;
/// Tells colours apart for all kinds of eyes (Okabe and Ito, 2008). A ninth stage has the first colour again.
const COLOURS: [RGBColor; 8] = [
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(204, 121, 167),
    RGBColor(240, 228, 66),
    RGBColor(90, 90, 90),
];
const INK: RGBColor = RGBColor(40, 40, 40);
const GRID: RGBColor = RGBColor(225, 225, 225);
const FONT: &str = "sans-serif";

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// A report as SVG.
///
/// # Errors
/// If the library fails, which it has no cause for.
pub(crate) fn draw(report: &Report) -> Result<String, Failure> {
    let mut svg = String::new();
    drawing(report, &mut svg).map_err(|error| Failure::Defect(Defect(format!("drawing: {error}"))))?;
    Ok(svg)
}

fn drawing(report: &Report, svg: &mut String) -> Drawn {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (head, body) = root.split_vertically(TITLE);
    title(report, &head)?;
    let (first, rest) = body.split_horizontally(FIRST);
    let (second, legend) = rest.split_horizontally(SIZE.0 - FIRST - LEGEND);
    throughput(report, &first)?;
    bars(report, &second)?;
    stages(report, &legend)?;
    root.present()?;
    Ok(())
}

fn style(size: u32) -> TextStyle<'static> {
    (FONT, size).into_font().color(&INK)
}

fn title(report: &Report, area: &Area<'_>) -> Drawn {
    let commit: String = report.commit.chars().take(12).collect();
    let dirty = if report.commit.ends_with("-dirty") { "-dirty" } else { "" };
    let of = format!("{} · furl {}, commit {commit}{dirty}", report.machine, report.furl);
    area.draw_text(&format!("furl bench: profile {}", report.promise()), &style(28), (24, 16))?;
    area.draw_text(&of, &style(17), (24, 50))?;
    Ok(())
}

/// Throughput against batch size; the size's axis is logarithmic.
fn throughput(report: &Report, area: &Area<'_>) -> Drawn {
    let sizes: Vec<f64> = report.cases.iter().map(|case| case.exact.transfers as f64).collect();
    let rates: Vec<[f64; 2]> = report.cases.iter().map(|case| case.prove.rates(case.exact.transfers)).collect();
    let most = rates.iter().map(|[_, most]| *most).fold(0.0, f64::max);
    let axis = sizes[0] / 1.35..sizes[sizes.len() - 1] * 1.35;
    let named = named(&sizes, (axis.end / axis.start).ln());
    let horizontal = axis.log_scale().with_key_points(named.clone());
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .margin_right(24)
        .caption("Throughput: median, and slowest to fastest run", style(20))
        .x_label_area_size(56)
        .y_label_area_size(76)
        .build_cartesian_2d(horizontal, 0.0..1.2 * most)?;
    chart
        .configure_mesh()
        .x_desc("transfers in the batch (logarithmic)")
        .y_desc("transfers proved per second")
        .x_label_formatter(&|size| format!("{size:.0}"))
        .y_label_formatter(&|rate| short(*rate))
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(INK)
        .axis_desc_style(style(18))
        .label_style(style(16))
        .draw()?;
    let colour = COLOURS[3];
    let line = |points: Vec<(f64, f64)>| PathElement::new(points, colour.stroke_width(2));
    let medians = report.cases.iter().map(|case| (case.exact.transfers as f64, case.transfers_per_second));
    chart.draw_series([line(medians.clone().collect())])?;
    chart.draw_series(
        sizes.iter().zip(&rates).map(|(size, [least, most])| line(vec![(*size, *least), (*size, *most)])),
    )?;
    chart.draw_series(medians.clone().map(|point| Circle::new(point, 5, colour.filled())))?;
    let above = style(16).pos(Pos::new(HPos::Center, VPos::Bottom));
    // The lines must not run through the numbers.
    let paper = || Rectangle::new([(-16, -23), (16, -9)], WHITE.mix(0.85).filled());
    let points = medians.zip(&rates).filter(|((size, _), _)| named.contains(size));
    let names = points.map(|((size, rate), [_, most])| {
        let text = Text::new(format!("{rate:.1}"), (0, -8), above.clone());
        EmptyElement::at((size, *most)) + paper() + text
    });
    chart.draw_series(names)?;
    Ok(())
}

/// The sizes that get a name on a logarithmic axis of some length: not two where they would overlap.
fn named(sizes: &[f64], length: f64) -> Vec<f64> {
    let mut named: Vec<f64> = Vec::new();
    for size in sizes {
        if named.last().is_none_or(|last| (size / last).ln() >= APART * length) {
            named.push(*size);
        }
    }
    named
}

/// A stage's milliseconds a transfer; none if the case does not have it.
fn milliseconds(case: &Case, stage: &str) -> f64 {
    let ns = case.stage(stage).map_or(0, |time| time.median_ns);
    ns as f64 / 1e6 / case.exact.transfers as f64
}

/// A bar a case, the stages on top of each other in their order. A case has ten steps of the axis, its bar six.
fn bars(report: &Report, area: &Area<'_>) -> Drawn {
    let (cases, stages) = (&report.cases, coloured(report));
    let total = |case: &Case| stages.iter().map(|(stage, _)| milliseconds(case, stage)).sum::<f64>();
    let highest = cases.iter().map(total).fold(0.0, f64::max);
    let width = 10 * cases.len() as i32;
    let every = cases.len().div_ceil(BARS);
    let middles: Vec<i32> = (5..width).step_by(10 * every).collect();
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .caption("Time by stage; above, of the whole batch", style(20))
        .x_label_area_size(56)
        .y_label_area_size(76)
        .build_cartesian_2d((0..width).with_key_points(middles), 0.0..1.15 * highest)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_desc("transfers in the batch")
        .y_desc("milliseconds per transfer (median)")
        .x_label_formatter(&|middle| {
            let case = usize::try_from(middle / 10).ok().and_then(|i| cases.get(i));
            case.map_or_else(String::new, |case| case.exact.transfers.to_string())
        })
        .y_label_formatter(&|time| short(*time))
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(INK)
        .axis_desc_style(style(18))
        .label_style(style(16))
        .draw()?;
    let above = style(16).pos(Pos::new(HPos::Center, VPos::Bottom));
    for (i, (left, case)) in (2..).step_by(10).zip(cases).enumerate() {
        let mut low = 0.0;
        for (stage, colour) in &stages {
            let high = low + milliseconds(case, stage);
            chart.draw_series([Rectangle::new([(left, low), (left + 6, high)], colour.filled())])?;
            low = high;
        }
        if i % every == 0 {
            let batch = Duration::from_secs_f64(low * case.exact.transfers as f64 / 1e3);
            let text = Text::new(Seconds::from(batch).to_string(), (0, -6), above.clone());
            chart.draw_series([EmptyElement::at((left + 3, low)) + text])?;
        }
    }
    Ok(())
}

/// The stages with their colours, from the foot of a bar.
fn coloured(report: &Report) -> Vec<(&str, RGBColor)> {
    report.stages().into_iter().zip(COLOURS.into_iter().cycle()).collect()
}

/// The list of the stages, in the order of the bars.
fn stages(report: &Report, area: &Area<'_>) -> Drawn {
    for (y, (stage, colour)) in (60..).step_by(26).zip(coloured(report).into_iter().rev()) {
        area.draw(&Rectangle::new([(8, y), (24, y + 16)], colour.filled()))?;
        area.draw_text(stage, &style(16), (32, y + 1))?;
    }
    Ok(())
}

/// A number on an axis, without digits that say nothing: `5`, `0.25`.
fn short(number: f64) -> String {
    format!("{}", (number * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::report::sample;

    #[test]
    fn the_drawing_names_what_it_shows() {
        let svg = draw(&sample::report()).unwrap();
        for text in [
            "furl bench: profile fast (57 proven bits)",
            "Example CPU &lt;1&gt; @ 2.00GHz, 2 cores, 2 threads",
            "transfers proved per second",
            "transfers in the batch (logarithmic)",
            "milliseconds per transfer (median)",
            "\n24.0\n",
            "\n30.0\n",
            "\n120\n",
            "\nnode\n",
        ] {
            assert!(svg.contains(text), "expected {text:?} in {svg}");
        }
        // Five stages and six, each with its rectangle in its colour.
        let [first, fifth] = [COLOURS[0], COLOURS[5]]
            .map(|RGBColor(r, g, b)| svg.matches(&format!("fill=\"#{r:02X}{g:02X}{b:02X}\"")).count());
        assert_eq!((first, fifth), (2 + 1, 2 + 1), "{svg}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn one_case_is_enough() {
        let mut report = sample::report();
        report.cases.truncate(1);
        assert!(draw(&report).unwrap().contains("\n60\n"));
    }

    #[test]
    fn close_sizes_are_not_all_named() {
        assert_eq!(named(&[60.0, 66.0, 120.0], 1.0), [60.0, 120.0]);
        assert_eq!(named(&[60.0, 66.0, 120.0], 0.5), [60.0, 66.0, 120.0]);
    }
}
