//! Threat 7, detail C8: several processes of an application behind one pooler. The driver counts its statements in each, so
//! all of them have an `s1`, on two connections of the server's.

use std::process::{Command, Stdio};

use tenancy::Isolation;
use tenancy_tests::world::pooler::{Beside, left};
use tenancy_tests::world::postgres::World;
use tenancy_tests::world::register;

const PROCESSES: usize = 3;
const ROUNDS: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_do_not_meet_in_the_names_of_statements() {
    for isolation in [Isolation::Column, Isolation::Rls, Isolation::Schema] {
        let world = World::pooled(isolation).await;
        let url = world.database.pooler_url();
        let mut processes = Vec::new();
        for process in 0..PROCESSES {
            let tenant = register(&world.tenancy, &format!("tenant-{process}")).await;
            let mut command = Command::new(env!("CARGO_BIN_EXE_pooled"));
            command.args([tenant.identifier().as_str(), &ROUNDS.to_string()]);
            command.env("POOLED_URL", &url).env("POOLED_ADMIN_URL", world.database.admin_url());
            command.env("POOLED_ISOLATION", isolation.to_string());
            processes.push(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
        }
        // Meanwhile somebody looks at what is left, and somebody else leaves names where he finds himself.
        let watch = tokio::spawn(async move {
            let (watcher, careless) = (Beside::new(&url).await, Beside::new(&url).await);
            for _ in 0..20 {
                let left = watcher.look("").await;
                assert!(left.is_clean(), "{left:?}");
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            for _ in 0..20 {
                careless.leave_prepared().await;
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        });
        watch.await.unwrap();
        for process in processes {
            let ended = tokio::task::spawn_blocking(|| process.wait_with_output().unwrap()).await.unwrap();
            assert!(ended.status.success(), "{isolation}: {}", String::from_utf8_lossy(&ended.stderr));
        }
        // Somebody careless may have been the last.
        let tenancy = world.tenancy.clone();
        tenancy.context(&world.acme).scope(async { tenancy.db().await.map(drop) }).await.unwrap();
        let left = left(&world.database.pooler_url()).await;
        assert!(left.iter().all(|left| left.tenant.is_empty()), "{isolation}: {left:?}");
    }
}
