//! A PostgreSQL server of the tests' own, from Debian's package: one for all tests of a program, with a database for each. It
//! ends when the program does, however that ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes a cluster, serves it on a socket in its own folder, and waits until the other end of its input is gone.
/// `fsync` is off: what these tests end is processes, not machines.
const SCRIPT: &str = r#"
set -e
folder=$(mktemp -d /tmp/consentry-postgres-XXXXXX)
"$0/initdb" --pgdata="$folder/data" --username=consentry --auth=trust --encoding=UTF8 --no-locale --no-sync >"$folder/log"
"$0/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c max_connections=300 >>"$folder/log" 2>&1 3>&- &
server=$!
for try in $(seq 200); do
  "$0/pg_isready" --quiet --host="$folder" && break
  sleep 0.05
done
echo "$folder"
exec 1>&-
read -r end || true
kill -QUIT $server
wait $server || true
rm -rf "$folder"
"#;

/// The folder with the server's socket. Starts the server when it is first asked for.
fn socket() -> &'static str {
    static SOCKET: OnceLock<String> = OnceLock::new();
    SOCKET.get_or_init(|| {
        let programs = programs();
        let mut command = match is_root() {
            // It refuses to run as root.
            true => Command::new("setpriv"),
            false => Command::new("sh"),
        };
        if is_root() {
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "sh"]);
        }
        let started = command
            .args(["-c", SCRIPT])
            .arg(programs)
            .current_dir("/tmp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut server = started.unwrap_or_else(|error| panic!("PostgreSQL could not be started: {error}"));
        let mut folder = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut folder).unwrap();
        assert!(folder.starts_with("/tmp/"), "PostgreSQL did not start: see what it printed above");
        // Its input stays open as long as this program runs.
        std::mem::forget(server);
        folder.trim().to_owned()
    })
}

/// Where the newest server's programs are.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    found.retain(|programs| programs.join("initdb").exists());
    found.sort();
    found.pop().unwrap_or_else(|| {
        panic!(
            "found no PostgreSQL server in /usr/lib/postgresql, expected Debian's package: \
             `apt-get install postgresql`, or `cargo xtask test` as root"
        )
    })
}

fn is_root() -> bool {
    let user = Command::new("id").arg("-u").output().unwrap();
    user.stdout == b"0\n"
}

/// The address of a new, empty database.
pub fn new_database() -> String {
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let (socket, name) = (socket(), format!("test{}", DATABASES.fetch_add(1, Ordering::Relaxed)));
    let made = Command::new(programs().join("createdb"))
        .args(["--host", socket, "--username", "consentry", &name])
        .status()
        .unwrap();
    assert!(made.success(), "the database {name} could not be made");
    format!("postgres://consentry@/{name}?host={socket}")
}
