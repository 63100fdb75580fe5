//! The names of forms: those that a database has, picked when the suite is compiled.

/// How many of these names are here.
pub(crate) const fn count(every: &[(&str, bool)]) -> usize {
    let (mut index, mut count) = (0, 0);
    while index < every.len() {
        if every[index].1 {
            count += 1;
        }
        index += 1;
    }
    count
}

/// The names that are here, of which there are `N`.
pub(crate) const fn here<const N: usize>(every: &[(&'static str, bool)]) -> [&'static str; N] {
    let mut names = [""; N];
    let (mut index, mut next) = (0, 0);
    while index < every.len() {
        if every[index].1 {
            names[next] = every[index].0;
            next += 1;
        }
        index += 1;
    }
    names
}

/// How many names there are in all lists.
pub(crate) const fn total(lists: &[&[&str]]) -> usize {
    let (mut index, mut total) = (0, 0);
    while index < lists.len() {
        total += lists[index].len();
        index += 1;
    }
    total
}

/// The names of all lists, of which there are `N`.
pub(crate) const fn joined<const N: usize>(lists: &[&[&'static str]]) -> [&'static str; N] {
    let mut names = [""; N];
    let (mut list, mut next) = (0, 0);
    while list < lists.len() {
        let mut index = 0;
        while index < lists[list].len() {
            names[next] = lists[list][index];
            next += 1;
            index += 1;
        }
        list += 1;
    }
    names
}
