//! The crates that are compiled: the same tables, once as Diesel's and once as tenants'.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Result, Stop};

pub(super) const TABLES: usize = 60;

/// One in the key, one for the tenant and ten of the types that applications have.
const COLUMNS: [(&str, &str); 12] = [
    ("tenant_id", "Text"),
    ("id", "BigInt"),
    ("name", "Text"),
    ("note", "Nullable<Text>"),
    ("parent_id", "Nullable<BigInt>"),
    ("amount", "Integer"),
    ("discount", "Nullable<Integer>"),
    ("weight", "Double"),
    ("is_open", "Bool"),
    ("begins_on", "Nullable<Date>"),
    ("created_at", "Timestamp"),
    ("updated_at", "Nullable<Timestamp>"),
];

/// A workspace of its own with both crates. Both depend on `tenancy` and so on the same Diesel: what is
/// compared is the macro alone.
#[derive(Debug)]
pub(super) struct Crates {
    root: PathBuf,
}

/// One of the two.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side {
    Diesel,
    Tenancy,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::Diesel, Self::Tenancy];

    /// The name of its package and directory.
    pub(super) fn package(self) -> &'static str {
        match self {
            Self::Diesel => "by-diesel",
            Self::Tenancy => "by-tenancy",
        }
    }

    /// What stands in front of the file of tables: as the README has it.
    fn import(self) -> &'static str {
        match self {
            Self::Diesel => "",
            Self::Tenancy => "    use tenancy::schema as diesel;\n",
        }
    }

    fn library(self) -> String {
        format!(
            "//! The tables.\n\npub mod schema {{\n{}    include!(\"../../schema.rs\");\n}}\n",
            self.import()
        )
    }
}

impl Crates {
    /// Writes them below the repository's `target`, with the versions of its lock file.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn write(repository: &Path) -> Result<Self> {
        let crates = Self { root: repository.join("target/bench-compile") };
        crates.file("Cargo.toml", &workspace())?;
        crates.file("schema.rs", &schema())?;
        for side in Side::BOTH {
            let directory = PathBuf::from(side.package());
            crates.file(directory.join("Cargo.toml"), &manifest(side, repository))?;
            crates.file(directory.join("src/lib.rs"), &side.library())?;
        }
        let (from, to) = (repository.join("Cargo.lock"), crates.root.join("Cargo.lock"));
        fs::copy(&from, to)
            .map_err(|error| Stop::because(format!("could not copy `{}`", from.display()), error))?;
        Ok(crates)
    }

    /// Where the workspace is.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Makes cargo compile the crate again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn touch(&self, side: Side) -> Result<()> {
        self.file(PathBuf::from(side.package()).join("src/lib.rs"), &side.library())
    }

    fn file(&self, path: impl AsRef<Path>, text: &str) -> Result<()> {
        let path = self.root.join(path);
        let written = match path.parent() {
            Some(directory) => fs::create_dir_all(directory),
            None => Ok(()),
        };
        written
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| Stop::because(format!("could not write `{}`", path.display()), error))
    }
}

fn workspace() -> String {
    let members = Side::BOTH.map(|side| format!("\"{}\"", side.package())).join(", ");
    format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n")
}

fn manifest(side: Side, repository: &Path) -> String {
    format!(
        "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         diesel = {{ version = \"~2.3.14\", default-features = false }}\n\
         tenancy = {{ path = {:?}, features = [\"postgres\"] }}\n",
        side.package(),
        repository.join("tenancy").display().to_string()
    )
}

/// As `diesel print-schema` writes it.
fn schema() -> String {
    let columns: String = COLUMNS.iter().map(|(name, tpe)| format!("        {name} -> {tpe},\n")).collect();
    let mut schema = String::new();
    for table in 0..TABLES {
        let _ = writeln!(
            schema,
            "diesel::table! {{\n    table_{table:02} (tenant_id, id) {{\n{columns}    }}\n}}\n"
        );
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_crates_have_the_same_tables() {
        assert_eq!(schema().matches("diesel::table!").count(), TABLES);
        assert_eq!(Side::Diesel.library(), Side::Tenancy.library().replace(Side::Tenancy.import(), ""));
        assert_ne!(Side::Diesel.library(), Side::Tenancy.library());
    }
}
