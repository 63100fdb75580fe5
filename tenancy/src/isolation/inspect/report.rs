//! What an inspection has found.

use std::fmt;

use serde::Serialize;

use super::finding::{Finding, Severity};

/// The findings of one inspection, the worst first. Displays as a table for people; serializes for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The database.
    pub database: String,
    /// The role that the walls have to hold.
    pub role: String,
    /// The tables that were looked at.
    pub tables: Vec<String>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What could not be looked at, and what was accepted beforehand.
    pub notes: Vec<String>,
}

impl Report {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings of severity `error`.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.of(Severity::Error)
    }

    /// The findings of severity `warning`.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.of(Severity::Warning)
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.severity == severity)
    }

    /// Takes out what was accepted, and says so.
    #[cfg(feature = "postgres")]
    pub(super) fn accept(&mut self, accepted: &[(String, String)]) {
        for (code, object) in accepted {
            let before = self.findings.len();
            self.findings.retain(|finding| finding.code != code || finding.object != *object);
            self.notes.push(match before == self.findings.len() {
                true => format!("accepted and not found: {code} of {object}"),
                false => format!("accepted: {code} of {object}"),
            });
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const INDENT: &str = "         ";
        let codes = self.findings.iter().map(|finding| finding.code.len()).max().unwrap_or(0);
        for Finding { code, severity, object, why, mend } in &self.findings {
            writeln!(f, "{severity:<8} {code:<codes$}  {object}")?;
            writeln!(f, "{INDENT}{why}")?;
            for line in mend.iter().flat_map(|sql| sql.lines()) {
                writeln!(f, "{INDENT}> {line}")?;
            }
        }
        for note in &self.notes {
            writeln!(f, "note     {note}")?;
        }
        let count = |number: usize, what: &str| match number {
            1 => format!("1 {what}"),
            _ => format!("{number} {what}s"),
        };
        write!(
            f,
            "{}, {} in {} of database {}, for role {}",
            count(self.errors().count(), "error"),
            count(self.warnings().count(), "warning"),
            count(self.tables.len(), "table"),
            self.database,
            self.role
        )
    }
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    fn report() -> Report {
        Report {
            database: "shop".into(),
            role: "app".into(),
            tables: vec!["public.orders".into()],
            findings: vec![
                Finding::error("rls-disabled", "public.orders", "nothing holds it").mend("ALTER;\nALTER;"),
                Finding::warning("no-tenant-index", "public.orders", "it is slow"),
            ],
            notes: Vec::new(),
        }
    }

    #[test]
    fn people_read_a_table() {
        let expected = "\
error    rls-disabled     public.orders
         nothing holds it
         > ALTER;
         > ALTER;
warning  no-tenant-index  public.orders
         it is slow
1 error, 1 warning in 1 table of database shop, for role app";
        assert_eq!(report().to_string(), expected);
    }

    #[test]
    fn what_is_accepted_is_no_finding_and_is_told() {
        let mut report = report();
        let pair = |code: &str, object: &str| (code.to_owned(), object.to_owned());
        report.accept(&[pair("rls-disabled", "public.orders"), pair("rls-disabled", "public.items")]);
        assert_eq!((report.errors().count(), report.warnings().count()), (0, 1));
        assert_eq!(
            report.notes,
            [
                "accepted: rls-disabled of public.orders",
                "accepted and not found: rls-disabled of public.items"
            ]
        );
    }
}
