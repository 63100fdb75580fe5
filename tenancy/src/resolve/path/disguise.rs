//! Paths that others may take for one under the prefix.

use super::remainder::fully_decoded;

/// Whether the path is under the prefix once it is decoded, its backslashes are slashes, and its empty and dot segments
/// are taken out, as servers and proxies do.
pub(super) fn leads_under(prefix: &str, path: &str) -> bool {
    // Nearly every path: nothing to allocate for.
    let is_plain = |path: &str| !path.contains(['%', '\\']) && !path.contains("//") && !path.contains("/.");
    if is_plain(path) {
        return false;
    }
    // What is encoded more often nobody decodes.
    let Ok(decoded) = fully_decoded(path) else { return false };
    let mut segments: Vec<&[u8]> = Vec::new();
    for segment in decoded.split(|byte| matches!(byte, b'/' | b'\\')) {
        match segment {
            b"" | b"." => {}
            b".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    let prefix = prefix.split('/').skip(1).map(str::as_bytes);
    let depth = prefix.clone().count();
    segments.len() > depth && prefix.eq(segments[..depth].iter().copied())
}
