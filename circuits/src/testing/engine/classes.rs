//! Copy classes, and how one is cut in two.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::subject::{Forest, Subject};

/// What is left when a connect is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sides {
    /// The two targets are still copies of each other by other connects.
    Joined,
    /// The sides of the first and of the second target, by their representatives.
    Apart(usize, usize),
}

/// A class that is cut in two.
#[derive(Debug)]
struct Cut {
    /// The representative of the whole class, and of the side that keeps it.
    whole: usize,
    kept: Vec<usize>,
    /// The representative of the side that is cut off: its first member.
    off: usize,
    moved: Vec<usize>,
}

/// The copy classes of a circuit, of which one may be cut. Targets are given by their indices, and
/// classes by their representatives, which are targets too.
#[derive(Debug)]
pub(crate) struct Classes {
    /// The representative of each target.
    map: Vec<usize>,
    /// The members of each class before it is cut, increasing: `order[start[c]..start[c + 1]]`.
    start: Vec<usize>,
    order: Vec<usize>,
    /// Our connects, by the class that they are in.
    connects: BTreeMap<usize, Vec<usize>>,
    cut: Option<Cut>,
}

impl Classes {
    /// The classes of the circuit with the connects `without` taken away.
    pub(crate) fn new(subject: &Subject, without: &BTreeSet<usize>) -> Self {
        let kept = || (0..subject.record().connects().len()).filter(|i| !without.contains(i));
        let mut forest = Forest::from(subject.own().to_vec());
        for i in kept() {
            let (left, right) = subject.ends(i);
            forest.merge(left, right);
        }
        let map: Vec<usize> = (0..subject.own().len()).map(|index| forest.find(index)).collect();
        let mut start = vec![0; map.len() + 1];
        for &class in &map {
            start[class + 1] += 1;
        }
        for class in 0..map.len() {
            start[class + 1] += start[class];
        }
        let mut free = start.clone();
        let mut order = vec![0; map.len()];
        for (index, &class) in map.iter().enumerate() {
            order[free[class]] = index;
            free[class] += 1;
        }
        let mut connects = BTreeMap::<_, Vec<_>>::new();
        for i in kept() {
            connects.entry(map[subject.ends(i).0]).or_default().push(i);
        }
        Self { map, start, order, connects, cut: None }
    }

    /// The representatives of all targets.
    pub(crate) fn map(&self) -> &[usize] {
        &self.map
    }

    /// The members of a class, in increasing order.
    pub(crate) fn members(&self, class: usize) -> &[usize] {
        match &self.cut {
            Some(cut) if cut.whole == class => &cut.kept,
            Some(cut) if cut.off == class => &cut.moved,
            _ => &self.order[self.start[class]..self.start[class + 1]],
        }
    }

    /// Takes away the `i`-th connect too, of classes that are not cut.
    pub(crate) fn cut(&mut self, subject: &Subject, i: usize) -> Sides {
        let (left, right) = subject.ends(i);
        let whole = self.map[left];
        if whole != self.map[right] {
            return Sides::Apart(whole, self.map[right]);
        }
        let members = self.members(whole);
        let place = |index: usize| members.binary_search(&index).expect("a connect joins members of one class");
        // Plonky2's own classes within this one: the parent of a member is the first of its own class.
        let mut first = BTreeMap::new();
        let parent = |(at, &index): (usize, &usize)| *first.entry(subject.own()[index]).or_insert(at);
        let mut forest = Forest::from(members.iter().enumerate().map(parent).collect::<Vec<_>>());
        for &other in self.connects[&whole].iter().filter(|&&other| other != i) {
            let (left, right) = subject.ends(other);
            forest.merge(place(left), place(right));
        }
        let of_left = forest.find(place(left));
        if of_left == forest.find(place(right)) {
            return Sides::Joined;
        }
        let (mut kept, mut moved) = (Vec::new(), Vec::new());
        for (at, &index) in members.iter().enumerate() {
            let is_left = forest.find(at) == of_left;
            (if is_left { &mut kept } else { &mut moved }).push(index);
        }
        let left_is_moved = moved.binary_search(&whole).is_ok();
        if left_is_moved {
            std::mem::swap(&mut kept, &mut moved);
        }
        let off = moved[0];
        for &index in &moved {
            self.map[index] = off;
        }
        self.cut = Some(Cut { whole, kept, off, moved });
        if left_is_moved { Sides::Apart(off, whole) } else { Sides::Apart(whole, off) }
    }

    /// Puts the connect back. Returns the representative that is one no longer, if there was a cut.
    pub(crate) fn mend(&mut self) -> Option<usize> {
        let cut = self.cut.take()?;
        for &index in &cut.moved {
            self.map[index] = cut.whole;
        }
        Some(cut.off)
    }
}

/// The connects that compare: those that join values which come from different `sources`, where a
/// source is a target that is given or that a generator writes.
///
/// Each target of a class is counted to the source nearest to it. A connect between the parts of two
/// sources carries no value anywhere: without it, the generators run just the same.
pub(crate) fn comparisons(subject: &Subject, sources: impl Iterator<Item = usize>) -> BTreeSet<usize> {
    let own = subject.own();
    let ends = |i| {
        let (left, right) = subject.ends(i);
        (own[left], own[right])
    };
    let connects = 0..subject.record().connects().len();
    let mut beside = BTreeMap::<usize, Vec<usize>>::new();
    for i in connects.clone() {
        let (left, right) = ends(i);
        beside.entry(left).or_default().push(right);
        beside.entry(right).or_default().push(left);
    }
    let mut source = BTreeMap::new();
    let mut queue = VecDeque::new();
    for target in sources {
        source.entry(own[target]).or_insert_with(|| {
            queue.push_back(own[target]);
            own[target]
        });
    }
    while let Some(node) = queue.pop_front() {
        let of_node = source[&node];
        for &next in beside.get(&node).into_iter().flatten() {
            source.entry(next).or_insert_with(|| {
                queue.push_back(next);
                of_node
            });
        }
    }
    connects
        .filter(|&i| {
            let (left, right) = ends(i);
            source.get(&left) != source.get(&right)
        })
        .collect()
}
