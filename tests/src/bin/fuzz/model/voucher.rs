//! Writes to the table whose codes are unique across tenants.

use std::collections::BTreeMap;

use super::tables::{Rules, Tables, Voucher};
use crate::plan;
use crate::value::{Outcome, Refusal, row};

/// Who holds which code, where tenants share them: tenants by number.
pub(crate) type Codes = BTreeMap<String, usize>;

/// What a write may answer.
#[derive(Debug)]
pub(crate) enum Effect {
    /// This.
    Exactly(Outcome),
    /// Nothing was written: this, or a refusal of the database's.
    Nothing(Outcome),
}

/// `codes` is changed too: the caller holds it for as long as the write takes.
pub(crate) fn voucher(
    write: plan::Voucher,
    code: &str,
    id: i32,
    tables: &mut Tables,
    codes: &mut Codes,
    own: usize,
    rules: Rules,
) -> Effect {
    let is_foreign = rules.shared_codes && codes.get(code).is_some_and(|holder| *holder != own);
    let taken = tables.vouchers.values_mut().find(|voucher| voucher.code == code);
    let rows = |voucher: &Voucher| {
        Outcome::rows(vec![row![voucher.id, &voucher.code, voucher.uses, &voucher.mark]], false)
    };
    let nothing = Outcome::Rows(Vec::new());
    let outcome = match (write, taken) {
        (plan::Voucher::Use | plan::Voucher::Delete, None) => nothing,
        (plan::Voucher::Use, Some(voucher)) => {
            voucher.uses += 1;
            rows(voucher)
        }
        (plan::Voucher::Delete, Some(voucher)) => {
            let (gone, id) = (rows(voucher), voucher.id);
            tables.vouchers.remove(&id);
            codes.remove(code);
            gone
        }
        (plan::Voucher::Insert, Some(_)) => Outcome::Refused(Refusal::Duplicate),
        (plan::Voucher::Insert, None) if is_foreign => Outcome::Refused(Refusal::Duplicate),
        // The interesting case: the row in the way is another tenant's, and must stay as it is.
        (_, None) if is_foreign && rules.policies => return Effect::Nothing(nothing),
        (_, None) if is_foreign => nothing,
        (plan::Voucher::InsertOrNothing | plan::Voucher::InsertOrSkip, Some(_)) => nothing,
        (plan::Voucher::InsertOrUse, Some(voucher)) => {
            voucher.uses += 1;
            rows(voucher)
        }
        (plan::Voucher::InsertOrUseBelow(limit), Some(voucher)) => {
            if voucher.uses < limit {
                voucher.uses += 1;
                rows(voucher)
            } else {
                nothing
            }
        }
        (_, None) => {
            let voucher = Voucher { id, code: code.to_owned(), uses: 0, mark: tables.mark.clone() };
            let outcome = rows(&voucher);
            tables.vouchers.insert(id, voucher);
            codes.insert(code.to_owned(), own);
            outcome
        }
    };
    Effect::Exactly(outcome)
}
