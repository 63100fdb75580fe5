//! Lists of forms.

/// Each form, to run and to render. `[postgres]` stands behind the name of a form that PostgreSQL alone has.
macro_rules! forms {
    ($names:ident, $run:ident, $render:ident; $($name:tt $([$only:ident])?: $row:ty = $query:expr;)*) => {
        pub(super) const $names: &[&str] = {
            const EVERY: &[(&str, bool)] = &[$(($name, here!($($only,)? true, false))),*];
            &$crate::names::here::<{ $crate::names::count(EVERY) }>(EVERY)
        };

        #[allow(unused_variables, reason = "there may be no form here that this database has")]
        pub(super) async fn $run(name: &str, db: &mut Db) -> Answer {
            match name {
                $($name => here!(
                    $($only,)?
                    form!($name, answer(Box::pin(async { $query.load::<$row>(db).await }).await)),
                    None
                )
                .expect("who runs a form has asked whether it is exempt"),)*
                other => panic!("no form is called {other}"),
            }
        }

        pub(super) fn $render() -> Vec<(&'static str, Result<String, Error>)> {
            let all = [$(($name, here!($($only,)? form!($name, sql($query)), None))),*];
            all.into_iter().filter_map(|(name, sql)| Some((name, sql?))).collect()
        }
    };
}

/// The first expression where the database has the form, the second elsewhere.
macro_rules! here {
    (postgres, $here:expr, $elsewhere:expr) => {
        on_postgres!($here, $elsewhere)
    };
    ($here:expr, $elsewhere:expr) => {
        $here
    };
}

/// Lists as one: the names, how a form is run, and the SQL of each.
macro_rules! lists {
    ($all:ident, $run:ident, $render:ident: $($list:ident($names:ident, $one:ident, $sql:ident)),*) => {
        pub(crate) const $all: &[&str] = {
            const LISTS: &[&[&str]] = &[$($list::$names),*];
            &$crate::names::joined::<{ $crate::names::total(LISTS) }>(LISTS)
        };

        pub(crate) async fn $run(name: &str, db: &mut Db) -> Answer {
            $(if $list::$names.contains(&name) {
                return $list::$one(name, db).await;
            })*
            panic!("no form is called {name}")
        }

        pub(crate) fn $render() -> Vec<(&'static str, Result<String, Error>)> {
            let mut all = Vec::new();
            $(all.extend($list::$sql());)*
            all
        }
    };
}
