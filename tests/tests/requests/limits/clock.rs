//! Threat 18: no process's own clock counts.

use std::path::Path;

/// What reads the time of day. `Instant` is a clock that nobody sets, and measures how long Redis takes and what is in memory.
const TIME_OF_DAY: [&str; 6] = ["SystemTime", "UNIX_EPOCH", "Utc::now", "Local::now", "now_v7", "Timestamp"];

/// By construction: nothing in the room asks for the time of day. That the script's time is the server's is tested beside
/// the others of Redis.
#[test]
fn nothing_in_the_room_reads_the_time_of_day() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tenancy/src");
    let link = std::fs::read_to_string(source.join("redis_link.rs")).unwrap();
    assert!(TIME_OF_DAY.iter().all(|word| !link.contains(word)));
    let mut files = 0;
    let mut directories = vec![source.join("limit")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            files += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            // Tests make tenants, which have a date.
            let code = text.split("#[cfg(test)]").next().unwrap();
            for word in TIME_OF_DAY {
                assert!(!code.contains(word), "{} has `{word}`", path.display());
            }
        }
    }
    assert!(files > 15, "{files}");
}
