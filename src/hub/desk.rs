//! Forms and their answers (§5.1.2): what is taken up, and what is refused with a reason.

use chrono::Utc;
use tracing::debug;

use super::work::Work;
use crate::websub::{Fields, Form, Refusal, Request, read};

impl Work {
    /// What is answered to a form: `202` when its subscriber will be asked.
    pub(super) fn answer(&mut self, form: &Fields) -> (u16, String) {
        let answer = match read(form, &self.rules) {
            Ok(Form::Request(request)) => self.take_up(request),
            Ok(Form::Publish(topics)) => self.look_for(topics.iter().map(url::Url::as_str)),
            Err(refusal) => Err(refusal),
        };
        answer.unwrap_or_else(|refusal| {
            debug!("a form is refused with {}: {refusal}", refusal.status);
            (refusal.status, refusal.reason)
        })
    }

    fn take_up(&mut self, request: Request) -> Result<(u16, String), Refusal> {
        if request.is_subscription() {
            self.find(&request.key.topic)?;
            self.roll.room_for(&request.key)?;
        } else if self.roll.find(&request.key).is_none() {
            self.find(&request.key.topic)?; // who is subscribed may end that, whatever became of the feed
        }
        self.pending.add(request, Utc::now())?;
        Ok((202, "your callback will be asked whether it means that".to_owned()))
    }

    /// Nothing has to be looked for: every version is sent when it is published.
    fn look_for<'a>(&self, mut topics: impl Iterator<Item = &'a str>) -> Result<(u16, String), Refusal> {
        topics.try_for_each(|topic| self.find(topic))?;
        Ok((204, String::new()))
    }

    fn find(&self, topic: &str) -> Result<(), Refusal> {
        if self.topics.contains_key(topic) {
            return Ok(());
        }
        if self.topics.is_empty() {
            return Err(Refusal { status: 503, reason: "nothing is published yet; ask again in a minute".to_owned() });
        }
        let reason =
            "`hub.topic` is no feed of this site; send the address that `rel=\"self\"` names in the feed".to_owned();
        Err(Refusal { status: 404, reason })
    }
}
