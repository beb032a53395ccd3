//! Tells a service manager such as systemd how the server is, where one started it and asked (`Type=notify`).

/// How the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It listens.
    Ready,
    /// It reads the sites' files again; `Ready` follows.
    Reloading,
    /// It ends.
    Stopping,
}

/// Tells it. That it could not be told is no reason not to go on.
#[cfg(target_os = "linux")]
pub fn tell(stage: Stage) {
    use sd_notify::NotifyState;
    let told = match stage {
        Stage::Ready => sd_notify::notify(&[NotifyState::Ready]),
        Stage::Reloading => NotifyState::monotonic_usec_now()
            .and_then(|now| sd_notify::notify(&[NotifyState::Reloading, now])),
        Stage::Stopping => sd_notify::notify(&[NotifyState::Stopping]),
    };
    if let Err(error) = told {
        tracing::warn!("the service manager was not told that the server is {stage:?}: {error}");
    }
}

/// Elsewhere there is none to tell.
#[cfg(not(target_os = "linux"))]
pub fn tell(_: Stage) {}
