//! # Inputs and outputs apart
//!
//! A run reads some files and writes others. An output that replaced an input of its own run, or
//! another output, would lose it, with `--force` without a word. So no command makes a
//! [`Destination`] itself: it names its inputs, all of them, and then asks [`Places`] for each
//! output.
//!
//! Two names may be one file: `a` and `./a`, links, other names of the same contents. So names are
//! followed, and files compared as the system tells them apart.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::exit::{Exit, Failure};
use crate::files::{self, Destination, Sink};
use crate::source::{Source, StdinTwice, stdin_once};

/// Two places of a run are one.
#[derive(Debug, Error)]
pub(crate) enum OneFile {
    /// Two outputs.
    #[error("{first} and {second} are both {file}: expected two files")]
    Outputs {
        /// An option.
        first: &'static str,
        /// Another.
        second: &'static str,
        /// What both name.
        file: Sink,
    },
    /// An output and an input.
    #[error("{file} exists already, and {input} is read from it ({source_file}): expected another name for {output}")]
    Input {
        /// The output's option.
        output: &'static str,
        /// What it names.
        file: Sink,
        /// The input's option.
        input: &'static str,
        /// What that names.
        source_file: Source,
    },
}

/// The inputs of a run, and the outputs that were asked for.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    inputs: Vec<(&'static str, &'a Source)>,
    outputs: Vec<Output>,
}

#[derive(Debug)]
struct Output {
    option: &'static str,
    sink: Sink,
    entry: Option<Entry>,
    file: Option<Identity>,
}

/// A name in a folder, whether there is a file or not.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    folder: PathBuf,
    name: OsString,
}

impl Entry {
    fn of(path: &Path) -> Option<Self> {
        let folder = files::directory(path).canonicalize().ok()?;
        Some(Self { folder, name: path.file_name()?.to_owned() })
    }
}

/// What the system tells a file by.
#[derive(Debug, PartialEq, Eq)]
enum Identity {
    /// Device and number.
    #[cfg(unix)]
    Number(u64, u64),
    /// The one name without links.
    #[cfg(not(unix))]
    Name(PathBuf),
}

impl Identity {
    /// That of what a name leads to, if that is something that writing to would spoil.
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        #[cfg(unix)]
        {
            Self::of_metadata(&metadata)
        }
        #[cfg(not(unix))]
        {
            if metadata.is_file() { path.canonicalize().ok().map(Self::Name) } else { None }
        }
    }

    /// The same of what is open. A device takes and gives what it likes.
    #[cfg(unix)]
    fn of_metadata(metadata: &fs::Metadata) -> Option<Self> {
        use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
        let is_one = metadata.is_file() || metadata.file_type().is_fifo();
        is_one.then(|| Self::Number(metadata.dev(), metadata.ino()))
    }

    fn of_input(input: &Source) -> Option<Self> {
        match input {
            Source::File(path) => Self::of(path),
            Source::Stdin => Self::of_stdin(),
        }
    }

    #[cfg(unix)]
    fn of_stdin() -> Option<Self> {
        use std::os::fd::AsFd as _;
        let stdin = fs::File::from(std::io::stdin().as_fd().try_clone_to_owned().ok()?);
        Self::of_metadata(&stdin.metadata().ok()?).filter(|_| stdin.metadata().is_ok_and(|metadata| metadata.is_file()))
    }

    #[cfg(not(unix))]
    fn of_stdin() -> Option<Self> {
        None
    }
}

impl OneFile {
    /// The exit code.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Outputs { .. } => Exit::Usage,
            Self::Input { .. } => Exit::Uncreatable,
        }
    }
}

impl<'a> Places<'a> {
    /// A run with these inputs, of which one at most is standard input.
    ///
    /// # Errors
    /// Two are.
    pub(crate) fn new(
        inputs: impl IntoIterator<Item = (&'static str, Option<&'a Source>)>,
    ) -> Result<Self, StdinTwice> {
        let inputs: Vec<_> = inputs.into_iter().collect();
        stdin_once(inputs.iter().copied())?;
        let inputs = inputs.into_iter().filter_map(|(option, input)| Some((option, input?))).collect();
        Ok(Self { inputs, outputs: Vec::new() })
    }

    /// A run that reads nothing.
    pub(crate) const fn without_inputs() -> Self {
        Self { inputs: Vec::new(), outputs: Vec::new() }
    }

    /// The place of an output, found to be possible and apart from all others.
    ///
    /// # Errors
    /// It is an input or another output; or nothing can be written there.
    pub(crate) fn output(&mut self, option: &'static str, sink: &Sink, force: bool) -> Result<Destination, Failure> {
        self.apart(option, sink)?;
        Ok(Destination::new(sink, force)?)
    }

    /// Finds an output apart from all inputs and from the outputs before it.
    ///
    /// # Errors
    /// It is one of them.
    pub(crate) fn apart(&mut self, option: &'static str, sink: &Sink) -> Result<(), OneFile> {
        let (entry, file) = match sink {
            Sink::Stdout => (None, None),
            Sink::File(path) => (Entry::of(path), Identity::of(path)),
        };
        let output = Output { option, sink: sink.clone(), entry, file };
        if let Some(other) = self.outputs.iter().find(|other| other.is(&output)) {
            return Err(OneFile::Outputs { first: other.option, second: option, file: output.sink });
        }
        let is_this = |(_, input): &&(_, &Source)| output.file.is_some() && Identity::of_input(input) == output.file;
        if let Some((input, source_file)) = self.inputs.iter().find(is_this) {
            let source_file = (*source_file).clone();
            return Err(OneFile::Input { output: option, file: output.sink, input, source_file });
        }
        self.outputs.push(output);
        Ok(())
    }
}

/// The name that an output has in a folder, if it is there.
pub(crate) fn name_in(folder: &Path, output: &Sink) -> Option<OsString> {
    let Sink::File(path) = output else { return None };
    let Entry { folder: its, name } = Entry::of(path)?;
    (its == folder.canonicalize().ok()?).then_some(name)
}

impl Output {
    fn is(&self, other: &Self) -> bool {
        let both = |sink: &Sink| self.sink == *sink && other.sink == *sink;
        let is_endless = |sink: &Sink| matches!(sink, Sink::File(path) if files::is_stream(path));
        match (&self.entry, &other.entry) {
            // Several may go to one device; a pipe would mix them.
            (Some(a), Some(b)) if a == b && !is_endless(&self.sink) => true,
            _ if is_endless(&self.sink) && is_endless(&other.sink) => self.file.is_some() && self.file == other.file,
            _ => both(&Sink::Stdout),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A folder with a file `a`, two links and another name of it, and a link to the folder.
    fn place() -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        fs::write(at("a"), "a").unwrap();
        symlink("a", at("link")).unwrap();
        fs::hard_link(at("a"), at("hard")).unwrap();
        symlink(".", at("folder")).unwrap();
        place
    }

    #[test]
    fn an_output_is_no_input() {
        let place = place();
        let at = |name: &str| place.path().join(name);
        for (input, output) in
            [("a", "a"), ("a", "./a"), ("link", "a"), ("a", "hard"), ("a", "folder/a"), ("hard", "a")]
        {
            let (input, output) = (Source::File(at(input)), Sink::File(at(output)));
            let inputs = [("--x", None), ("--in", Some(&input))];
            let error = Places::new(inputs).unwrap().output("--out", &output, true).unwrap_err();
            let Failure::OneFile(OneFile::Input { output: "--out", input: "--in", .. }) = &error else {
                panic!("{error:?}")
            };
            let told = error.to_string();
            assert!(told.contains(&input.to_string()) && told.contains(&output.to_string()), "{told}");
        }
        // Another file, none yet, and what has no contents.
        fs::write(at("b"), "b").unwrap();
        let null = Source::File("/dev/null".into());
        for (input, output) in [(Source::File(at("a")), at("b")), (null, "/dev/null".into())] {
            Places::new([("--in", Some(&input))]).unwrap().output("--out", &Sink::File(output), true).unwrap();
        }
    }

    #[test]
    fn outputs_are_several() {
        let place = place();
        let at = |name: &str| Sink::File(place.path().join(name));
        for (first, second, is_one) in [
            (at("new"), at("new"), true),
            (at("new"), at("./new"), true),
            (at("folder/new"), at("new"), true),
            (Sink::Stdout, Sink::Stdout, true),
            (at("new"), at("newer"), false),
            (Sink::Stdout, at("new"), false),
            (Sink::File("/dev/null".into()), Sink::File("/dev/null".into()), false),
        ] {
            let mut places = Places::without_inputs();
            places.apart("--first", &first).unwrap();
            let second = places.apart("--second", &second);
            let is_told = matches!(second, Err(OneFile::Outputs { first: "--first", second: "--second", .. }));
            assert_eq!((is_told, second.is_err()), (is_one, is_one), "{second:?}");
        }
    }
}
