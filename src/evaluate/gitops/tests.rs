#[test]
#[ignore]
fn corpus() {
    use crate::workspace::{Config, Workspace};
    let dir = std::env::var("KONFORM_TREE").unwrap();
    let cwd = std::path::PathBuf::from(std::env::var("KONFORM_CWD").unwrap_or(dir.clone()));
    let workspace = Workspace::open(&[dir.into()], &cwd, Config::default());
    let start = std::time::Instant::now();
    let inventory = super::deployments(&workspace);
    let text = crate::inventory::dump(&inventory, workspace.sources());
    std::fs::write(std::env::var("KONFORM_OUT").unwrap(), text).unwrap();
    eprintln!("{:?}", start.elapsed());
}
