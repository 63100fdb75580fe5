//! The options of `#[tenant_scoped(…)]`, read strictly: an unknown or repeated one is an error on its
//! own token that lists what is allowed.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Ident, LitStr, Result, Token, parenthesized};

/// The tenant column where no other is named.
pub(crate) const DEFAULT_COLUMN: &str = "tenant_id";

/// What may stand inside `#[tenant_scoped(…)]`, for messages.
const ALLOWED: &str =
    "`column = \"…\"`, `global`, `global(table, …)`, `without_column`, `without_column(table, …)`";

/// Which tables an option speaks of: the one it stands on, or those it lists.
#[derive(Default)]
pub(crate) enum Tables {
    /// The option is absent.
    #[default]
    None,
    /// The option stands on the table itself.
    This(Span),
    /// The option stands on a module and lists its tables.
    Listed(Vec<Ident>),
}

impl Tables {
    pub(crate) fn contains(&self, table: &Ident) -> bool {
        match self {
            Self::None => false,
            Self::This(_) => true,
            Self::Listed(names) => names.iter().any(|name| name == table),
        }
    }

    pub(crate) fn listed(&self) -> &[Ident] {
        match self {
            Self::Listed(names) => names,
            _ => &[],
        }
    }

    /// Where a list of tables is, or the option that stands alone.
    pub(crate) fn span(&self) -> Option<Span> {
        match self {
            Self::None => None,
            Self::This(span) => Some(*span),
            Self::Listed(tables) => tables.first().map(Ident::span),
        }
    }

    fn is_set(&self) -> bool {
        !matches!(self, Self::None)
    }

    fn write(&self, name: &str, out: &mut TokenStream) {
        let name = Ident::new(name, Span::call_site());
        match self {
            Self::None => {}
            Self::This(_) => quote!(#name,).to_tokens(out),
            Self::Listed(tables) => quote!(#name(#(#tables),*),).to_tokens(out),
        }
    }
}

/// The options of one `#[tenant_scoped(…)]`.
#[derive(Default)]
pub(crate) struct Options {
    /// The tenant column's name, with the span it was written at.
    pub(crate) column: Option<LitStr>,
    /// Tables that belong to no tenant.
    pub(crate) global: Tables,
    /// Tables without the column, which only `schema` and `database` isolation can hold.
    pub(crate) without_column: Tables,
}

impl Options {
    /// Where an option says of the table it stands on that there is no column.
    fn alone(&self) -> Option<Span> {
        [&self.global, &self.without_column].into_iter().find_map(|tables| match tables {
            Tables::This(span) => Some(*span),
            _ => None,
        })
    }

    pub(crate) fn column_name(&self) -> String {
        self.column.as_ref().map_or_else(|| DEFAULT_COLUMN.to_owned(), LitStr::value)
    }
}

impl ToTokens for Options {
    fn to_tokens(&self, out: &mut TokenStream) {
        if let Some(column) = &self.column {
            quote!(column = #column,).to_tokens(out);
        }
        self.global.write("global", out);
        self.without_column.write("without_column", out);
    }
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            let name: Ident =
                input.parse().map_err(|e| Error::new(e.span(), format!("expected one of {ALLOWED}")))?;
            match name.to_string().as_str() {
                "column" => {
                    let column = column_value(&name, input)?;
                    if options.column.replace(column).is_some() {
                        return Err(repeated(&name));
                    }
                }
                "global" => set(&mut options.global, &name, input)?,
                "without_column" => set(&mut options.without_column, &name, input)?,
                other => {
                    return Err(Error::new(
                        name.span(),
                        format!("unknown option `{other}`: expected one of {ALLOWED}"),
                    ));
                }
            }
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                return Err(Error::new(
                    input.span(),
                    format!("expected `,` behind `{name}`: the options are {ALLOWED}"),
                ));
            }
        }
        if let (Tables::This(_), Tables::This(span)) = (&options.global, &options.without_column) {
            return Err(Error::new(
                *span,
                "a table is either `global` (it belongs to no tenant) or `without_column` (each tenant has its own): name one",
            ));
        }
        if let (Some(column), Some(span)) = (&options.column, options.alone()) {
            let message = format!(
                "this option says that the table has no tenant column: remove it, or `column = \"{}\"`",
                column.value()
            );
            return Err(Error::new(span, message));
        }
        listed_once(options.global.listed().iter().chain(options.without_column.listed()))?;
        Ok(options)
    }
}

fn listed_once<'a>(tables: impl Iterator<Item = &'a Ident>) -> Result<()> {
    let mut seen = Vec::new();
    for table in tables {
        if seen.contains(&table) {
            return Err(Error::new(
                table.span(),
                format!("`{table}` is listed twice: a table is `global` or `without_column`, once"),
            ));
        }
        seen.push(table);
    }
    Ok(())
}

/// `= "org_id"` or `= org_id`.
fn column_value(name: &Ident, input: ParseStream<'_>) -> Result<LitStr> {
    let expected = |span| Error::new(span, "expected the tenant column's name, as in `column = \"org_id\"`");
    // At the end of the input there is no token to point at but the one before.
    input.parse::<Token![=]>().map_err(|_| expected(name.span()))?;
    if input.peek(LitStr) {
        let column: LitStr = input.parse()?;
        return if column.value().trim().is_empty() { Err(expected(column.span())) } else { Ok(column) };
    }
    let at = if input.is_empty() { name.span() } else { input.span() };
    let ident: Ident = input.parse().map_err(|_| expected(at))?;
    Ok(LitStr::new(&ident.unraw().to_string(), ident.span()))
}

fn set(slot: &mut Tables, name: &Ident, input: ParseStream<'_>) -> Result<()> {
    if slot.is_set() {
        return Err(repeated(name));
    }
    *slot = if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        let tables = listed_tables(name, &content)?;
        if tables.is_empty() {
            return Err(Error::new(
                name.span(),
                format!("`{name}()` names no table: list them, or remove it"),
            ));
        }
        Tables::Listed(tables)
    } else {
        Tables::This(name.span())
    };
    Ok(())
}

/// Tables by the names that `table!` gives them in Rust.
fn listed_tables(option: &Ident, input: ParseStream<'_>) -> Result<Vec<Ident>> {
    let mut tables = Vec::new();
    while !input.is_empty() {
        let at = input.span();
        let expected = |span| {
            let message = format!(
                "expected the names of tables as Rust has them, without quotes and schemas: `{option}(countries, plans)`"
            );
            Error::new(span, message)
        };
        tables.push(input.parse().map_err(|_| expected(at))?);
        if !input.is_empty() {
            input.parse::<Token![,]>().map_err(|error| expected(error.span()))?;
        }
    }
    Ok(tables)
}

fn repeated(name: &Ident) -> Error {
    Error::new(name.span(), format!("`{name}` specified more than once"))
}

/// Whether an attribute is a `#[tenant_scoped]`, by whatever path.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "tenant_scoped")
}

/// Refuses a `#[tenant_scoped]` beside the one that is being expanded: one of the two would not count.
pub(crate) fn is_the_only_one<'a>(others: impl IntoIterator<Item = &'a Attribute>) -> Result<()> {
    match others.into_iter().find(|attribute| is_ours(attribute)) {
        Some(second) => Err(Error::new_spanned(
            second,
            "`tenant_scoped` specified more than once: put all the options into one",
        )),
        None => Ok(()),
    }
}
