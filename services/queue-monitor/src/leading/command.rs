//! Commands of operations.

use loadsure_core::scaling::{Command, Note};
use loadsure_queue::CommandMessage;
use loadsure_store::scaling::{Applied, Error, NewCommand};
use loadsure_telemetry::fields;
use tracing::{info, warn};

use super::Leading;

impl Leading {
    /// Applies a command, or refuses it, and tells whoever asked. Gives whether anything is to be decided anew.
    ///
    /// # Errors
    /// When this monitor does not lead any more, or the database fails. The term is over then, and the next one begins
    /// with the commands that are still good.
    pub(crate) async fn command(&mut self, message: &CommandMessage) -> Result<bool, Error> {
        let new = NewCommand {
            id: message.id,
            actor: &message.actor,
            at: message.at,
            command: &message.command,
        };
        let configured = &self.rules.configured;
        let applied = self
            .tools
            .store
            .apply_command(&self.lead, &new, configured)
            .await?;
        let word = self.learn(message, &applied);
        if let Err(error) = self.tools.queue.answer_command(message, word).await {
            info!(
                { fields::ERROR } = fields::causes(&error),
                "whoever gave a command has to look for its outcome"
            );
        }
        Ok(!applied.is_repeat)
    }

    /// Takes in what became of a command, and gives it in one word.
    fn learn(&mut self, message: &CommandMessage, applied: &Applied) -> &'static str {
        let (command, actor) = (message.command.name(), &message.actor);
        let word = match &applied.outcome {
            Ok(_) if applied.is_repeat => return "applied",
            Err(_) if applied.is_repeat => return "refused",
            Ok(steering) => {
                info!(command, actor, "a command is applied");
                self.steering.clone_from(steering);
                // Whatever was proposed was proposed under other terms, and is withdrawn.
                self.proposal = None;
                self.confirmed.clone_from(&applied.confirmed);
                if message.command == Command::Resume {
                    self.recorder.note(Note::Forgiven);
                }
                "applied"
            }
            Err(refusal) => {
                warn!(command, actor, %refusal, "a command is refused");
                "refused"
            }
        };
        self.tools.metrics.scaling().commanded(command, word);
        word
    }
}
