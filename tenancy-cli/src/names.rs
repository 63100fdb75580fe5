//! `tenancy names`.

use serde_json::{Value, json};
use tenancy::PlaceNames;
use tenancy::tenant::TenantId;

use crate::Done;

pub(crate) fn run(id: &str) -> Done {
    let id = TenantId::try_from(id)?;
    let mut names = json!({ "id": id });
    if let (Value::Object(all), Value::Object(of_places)) =
        (&mut names, serde_json::to_value(PlaceNames::of(&id))?)
    {
        all.extend(of_places);
    }
    Ok((serde_json::to_string_pretty(&names)?, 0))
}
