use loadsure_sandbox::{Config, Error, Sandbox};
use tokio::net::TcpStream;

#[tokio::test]
async fn it_may_be_started_in_another_task_and_is_gone_after_stop() {
    let sandbox = tokio::spawn(Sandbox::start(Config::default()))
        .await
        .unwrap()
        .unwrap();
    let address = sandbox.address();
    assert!(TcpStream::connect(address).await.is_ok());
    sandbox.stop().await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_address_in_use_is_an_error_that_names_it() {
    let first = Sandbox::start(Config::default()).await.unwrap();
    let config = Config {
        address: first.address(),
        ..Config::default()
    };
    let error = Sandbox::start(config).await.err().unwrap();
    assert!(matches!(error, Error::Bind { address, .. } if address == first.address()));
}

#[tokio::test]
async fn each_sandbox_has_books_and_a_key_of_its_own() {
    let first = Sandbox::start(Config::default()).await.unwrap();
    let second = Sandbox::start(Config::default()).await.unwrap();
    let shown = |sandbox: &Sandbox| secrecy::ExposeSecret::expose_secret(sandbox.api_key()).to_owned();
    assert_ne!(shown(&first), shown(&second));
    assert_ne!(first.base_url(), second.base_url());
}
