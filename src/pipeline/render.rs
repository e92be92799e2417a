//! Posts -> bodies: those that feeds will show, and for `check` all of them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use url::Url;

use super::asked::{All, Asked, Asking};
use super::shelf::Shelf;
use super::told::{Told, told_of};
use super::{Pipeline, Reader};
use crate::cache::Shown;
use crate::config::Config;
use crate::generator::Generator;
use crate::markup::{self, Around, Body, Rendered};
use crate::post::{self, Post};
use crate::site::{Site, Sketch};
use crate::value::Value;

/// How many posts are in memory at once that no feed may show.
const BATCH: usize = 512;

/// A body, and what it asked.
struct Made {
    shown: Shown,
    asked: Asked,
}

impl Pipeline {
    /// Renders what is not rendered yet; the paths of files that are not as they were.
    pub(super) fn render<'a>(
        &mut self,
        paths: impl Iterator<Item = &'a Arc<str>>,
        reader: &dyn Reader,
    ) -> Vec<Arc<str>> {
        let missing: BTreeSet<&Arc<str>> =
            paths.filter(|path| self.site.post(path).is_some_and(|post| self.cache.get(post).is_none())).collect();
        let missing: Vec<Arc<str>> = missing.into_iter().cloned().collect();
        let remade: Vec<Arc<str>> = missing.iter().filter(|path| !self.is_as_it_was(path)).cloned().collect();
        self.remade.extend(remade);
        let (all, mut stale) = (OnceLock::new(), Vec::new());
        for paths in missing.chunks(BATCH) {
            for made in self.rendered(paths, reader, &all) {
                match made {
                    Ok(made) => {
                        self.note_body(&made);
                        self.cache.keep(made.shown);
                    }
                    Err(Stale(paths)) => stale.extend(paths),
                }
            }
        }
        stale
    }

    /// Renders the bodies of all posts, for their problems.
    pub fn render_all(&mut self, reader: &dyn Reader) {
        let missing: Vec<Arc<str>> =
            self.site.newest().filter(|post| self.cache.get(post).is_none()).map(|post| post.path.clone()).collect();
        let all = OnceLock::new();
        for paths in missing.chunks(BATCH) {
            self.rendered(paths, reader, &all).into_iter().flatten().for_each(|made| self.note_body(&made));
        }
    }

    /// The bodies of these posts. `all`: all posts, once one of the bodies asks for them.
    fn rendered(&self, paths: &[Arc<str>], reader: &dyn Reader, all: &OnceLock<All>) -> Vec<Result<Made, Stale>> {
        let shelf = self.shelf(reader);
        let renderer = Renderer { config: &self.config, generators: &self.generators, site: &self.site, shelf, all };
        let render = |path: &Arc<str>| Some(renderer.render(self.site.post(path)?));
        paths.par_iter().with_max_len(1).filter_map(render).collect() // none waits behind a long one
    }

    /// Takes note of what a body has that could be better, and what it asked.
    fn note_body(&mut self, Made { shown: Shown { post, rendered }, asked }: &Made) {
        if !rendered.notices.is_empty() || self.told.contains_key(&post.path) {
            let told: &mut Told = self.told.entry(post.path.clone()).or_default();
            told.body = rendered.notices.iter().map(|notice| told_of(post, notice)).collect();
        }
        self.unasked.remove(&post.path);
        if asked.is_nothing() {
            self.asked.remove(&post.path);
        } else {
            self.asked.insert(post.path.clone(), asked.clone());
        }
    }

    /// Finds the bodies that would be others now, for what they asked of the blog; those of broken posts stay.
    pub(super) fn outdate(&mut self, reader: &dyn Reader) {
        self.asked.retain(|path, _| self.cache.is_shown(path));
        for (path, asked) in &self.asked {
            let Some(source) = self.site.post(path).map(|post| post.source) else { continue };
            if !self.told.get(path).is_some_and(Told::is_broken) && asked.differs(source, &self.site, reader) {
                self.cache.outdate(path);
                self.site.touch_post(path);
            }
        }
    }
}

/// Files that are not as they were.
struct Stale(Vec<Arc<str>>);

/// What bodies are rendered with.
struct Renderer<'a> {
    config: &'a Config,
    generators: &'a [Arc<Generator>],
    site: &'a Site,
    shelf: Shelf<'a>,
    /// All posts, once somebody asks for them.
    all: &'a OnceLock<All>,
}

impl Renderer<'_> {
    /// The body of a post, when its file is still the one that was read, and what it asked of the blog.
    fn render(&self, sketch: &Sketch) -> Result<Made, Stale> {
        let stale = || Stale(vec![sketch.path.clone()]);
        let (post, bytes) = self.shelf.read(sketch).ok_or_else(stale)?;
        let url = Url::parse(&post.url).map_err(|_| stale())?;
        let asking = Asking {
            site: self.site,
            shelf: self.shelf,
            source: post.source,
            all: self.all,
            found: RefCell::default(),
            asked: RefCell::default(),
            stale: RefCell::default(),
        };
        let generator = self.generators.get(post.source).ok_or_else(stale)?;
        let rendered = self.body(&post, &bytes, &url, (generator, &asking));
        let stale = asking.stale.into_inner();
        if !stale.is_empty() {
            return Err(Stale(stale));
        }
        let shown = Shown { post: Arc::new(post), rendered: Arc::new(rendered) };
        Ok(Made { shown, asked: asking.asked.into_inner() })
    }

    fn body(&self, post: &Post, bytes: &[u8], url: &Url, (generator, blog): (&Generator, &Asking<'_>)) -> Rendered {
        let asks = markup::asks_for_front_matter(post.body.dialect);
        let front = &if asks { post::front_matter(bytes, post.relative(), generator) } else { Value::Null };
        let around = Around { site: &self.config.site, generator, post, front, blog };
        markup::render(&Body {
            text: post::body(bytes, post),
            line: post.body.line,
            markup: post.body.markup,
            dialect: post.body.dialect,
            url,
            summary: post.summary.as_deref(),
            around,
        })
    }
}
