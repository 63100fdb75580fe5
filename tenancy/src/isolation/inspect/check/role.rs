//! Who the application is to the database, and what it may become.

use super::super::catalogue::Catalogue;
use super::super::finding::Finding;
use crate::db::TENANT_SETTING;
use crate::isolation::sql_text::identifier;

/// The first releases without the holes in row-level security that were known when this was written
/// (CVE-2024-10976, CVE-2025-8713), as `server_version_num` counts.
const MENDED: [i32; 5] = [130_022, 140_019, 150_014, 160_010, 170_006];

pub(super) fn check(catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    attributes(catalogue, findings);
    memberships(catalogue, findings);
    owners(catalogue, findings);
    presets(catalogue, findings);
    findings.extend(outdated(catalogue.role.version));
}

fn attributes(catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    let role = &catalogue.role;
    let object = || format!("role {}", role.name);
    let mut check = |is: bool, code, attribute: &str, why: &str| {
        if is {
            let mend = format!("ALTER ROLE {} {attribute};", identifier(&role.name));
            findings.push(Finding::error(code, object(), why).mend(mend));
        }
    };
    check(role.superuser, "role-superuser", "NOSUPERUSER", "a superuser is held by no policy");
    check(
        role.bypasses_rls && !role.superuser,
        "role-bypasses-rls",
        "NOBYPASSRLS",
        "a role with BYPASSRLS is held by no policy",
    );
    check(
        role.creates_roles && !role.superuser,
        "role-creates-roles",
        "NOCREATEROLE",
        "a role with CREATEROLE may make itself a member of others, the tables' owner among them",
    );
    check(
        role.replicates && !role.superuser,
        "role-replicates",
        "NOREPLICATION",
        "a role with REPLICATION reads every change of every tenant in the server's log",
    );
}

fn memberships(catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    let role = &catalogue.role;
    for member in &catalogue.memberships {
        let owned = catalogue.tables.iter().filter(|table| table.owner == member.oid);
        let owned: Vec<String> = owned.map(|table| table.label()).collect();
        let (code, why) = if member.bypasses || member.creates_roles {
            let why =
                "SET ROLE makes the application one that policies do not hold, or that can get past them";
            ("role-may-become-administrator", why.to_owned())
        } else if !owned.is_empty() {
            let why = format!(
                "SET ROLE makes the application the owner of {}, who may switch policies off",
                owned.join(", ")
            );
            ("role-may-become-owner", why)
        } else {
            continue;
        };
        let mend = member
            .through
            .iter()
            .map(|through| format!("REVOKE {} FROM {};", identifier(through), identifier(&role.name)));
        let mend: Vec<String> = mend.collect();
        let object = format!("role {} as a member of {}", role.name, member.name);
        findings.push(Finding::error(code, object, why).mend(mend.join("\n")));
    }
}

fn owners(catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    for table in catalogue.tables.iter().filter(|table| table.owner == catalogue.role.oid) {
        let why = format!(
            "the application's role `{}` owns it, and an owner may switch policies off: give it to the role that runs \
             the migrations (ALTER TABLE {} OWNER TO …)",
            catalogue.role.name,
            table.sql()
        );
        // Nobody but the people who run the database knows the new owner's name.
        findings.push(Finding::error("role-owns-table", table.label(), why));
    }
}

fn presets(catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    let before = findings.len();
    for preset in &catalogue.presets {
        let (object, command) = match (&preset.role, &preset.database) {
            (None, None) => ("every role".to_owned(), "ALTER ROLE ALL".to_owned()),
            (None, Some(database)) => {
                (format!("database {database}"), format!("ALTER DATABASE {}", identifier(database)))
            }
            (Some(role), None) => (format!("role {role}"), format!("ALTER ROLE {}", identifier(role))),
            (Some(role), Some(database)) => (
                format!("role {role} in database {database}"),
                format!("ALTER ROLE {} IN DATABASE {}", identifier(role), identifier(database)),
            ),
        };
        findings.push(preset_finding(object).mend(format!("{command} RESET {TENANT_SETTING};")));
    }
    if before == findings.len()
        && catalogue.role.is_asking
        && catalogue.role.setting.as_ref().is_some_and(|setting| !setting.is_empty())
    {
        findings.push(preset_finding("new connections".to_owned()));
    }
}

fn preset_finding(object: String) -> Finding {
    let why = format!(
        "`{TENANT_SETTING}` has a value before anybody sets it: what names no tenant is that tenant's"
    );
    Finding::error("setting-preset", object, why)
}

/// Whether a release, as `server_version_num` has it, is older than the one in which its holes were mended.
fn outdated(version: i32) -> Option<Finding> {
    let (major, minor) = (version / 10_000, version % 10_000);
    let mended = MENDED.iter().find(|mended| *mended / 10_000 == major);
    let is_oldest = MENDED.first().is_some_and(|oldest| version < *oldest);
    if !is_oldest && mended.is_none_or(|mended| version >= *mended) {
        return None;
    }
    let wanted = mended.map_or_else(|| "13.22".to_owned(), |mended| format!("{major}.{}", mended % 10_000));
    let why = format!(
        "this release has known holes in row-level security (CVE-2024-10976, CVE-2025-8713): update to {wanted} or \
         later"
    );
    Some(Finding::warning("server-outdated", format!("PostgreSQL {major}.{minor}"), why))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No fixture can be an older server.
    #[test]
    fn a_release_with_known_holes_is_a_finding() {
        for (version, wanted) in [
            (120_022, "13.22"),
            (130_021, "13.22"),
            (150_000, "15.14"),
            (150_013, "15.14"),
            (170_005, "17.6"),
        ] {
            let finding = outdated(version);
            let why = finding
                .as_ref()
                .map(|finding| (finding.code, finding.why.contains(&format!("to {wanted} "))));
            assert_eq!(why, Some(("server-outdated", true)), "{version}");
        }
        for version in [130_022, 150_014, 150_099, 170_006, 180_000, 190_001] {
            assert_eq!(outdated(version), None, "{version}");
        }
    }
}
