//! `tenancy inspect`.

use crate::args::Inspect;
use crate::{Done, FOUND};

pub(crate) async fn run(args: Inspect) -> Done {
    let mut inspection = args.place.inspection().isolation(args.isolation);
    for (code, object) in &args.accept {
        inspection = inspection.accept(code, object);
    }
    let report = inspection.run(args.place.url()?).await?;
    let text = if args.json { serde_json::to_string_pretty(&report)? } else { report.to_string() };
    Ok((text, if report.is_clean() { 0 } else { FOUND }))
}
