//! The kinds of files that can be imported. Each feature adds its own, as a static [`Kind`] among its extensions.

use std::{collections::BTreeSet, fmt};

use desk::{actor::Actor, app::App, error::Result, ui::language::Words};
use kernel::{ImportId, Refusal};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{Column, Table};

use super::{Context, Labelled, Plan, Summary, TakenRow};

/// A kind of file: a roster, a register of sessions.
#[derive(Clone, Copy)]
pub struct Kind(&'static dyn Imports);

impl Kind {
    /// The kind that an importer reads.
    pub const fn new<I: Importer + Copy>(importer: &'static I) -> Self {
        Self(importer)
    }

    /// All kinds: those of the features, then those that an office defined.
    fn all(app: &App) -> Vec<Self> {
        let mut kinds: Vec<Self> = app.features.extensions::<Self>().copied().collect();
        kinds.extend(app.features.extensions::<KindsOfApp>().flat_map(|kinds| (kinds.0)(app)));
        kinds
    }

    /// The kind with this name.
    pub fn by_name(app: &App, name: &str) -> Option<Self> {
        Self::all(app).into_iter().find(|kind| kind.as_str() == name)
    }

    /// The kinds in the order in which pages offer them: name and label.
    pub(super) fn choices(app: &App, words: &Words, trees: bool) -> Vec<(&'static str, String)> {
        let kinds = Self::all(app).into_iter().filter(|kind| trees || !kind.is_tree());
        let mut kinds: Vec<Self> = kinds.collect();
        kinds.sort_by_key(|kind| kind.facts().place);
        kinds.into_iter().map(|kind| (kind.as_str(), words.message(kind.word(), &[]))).collect()
    }

    /// Its name, as it is stored.
    pub fn as_str(self) -> &'static str {
        self.facts().name
    }

    /// The message that names it, or the name itself of what an office defined.
    pub fn word(self) -> &'static str {
        self.facts().word
    }

    /// The columns that a file of it may have.
    pub fn columns(self) -> &'static [Column] {
        self.facts().columns
    }

    /// Fields by hand, as their keys: each is named by its key or one of its headings.
    pub fn fields(self, by_hand: impl IntoIterator<Item = (String, String)>) -> Result<Vec<(String, String)>, Refusal> {
        let of = |field: &str| {
            let field = tabular::fold(field);
            self.columns().iter().find(|column| column.key == field || column.names.iter().any(|name| *name == field))
        };
        let known: Vec<&str> = self.columns().iter().filter_map(|column| column.names.first()).copied().collect();
        let each = by_hand.into_iter().map(|(field, value)| {
            let unknown = || Refusal::new("field-unknown").with("field", &field).with("known", known.join("、"));
            Ok((of(&field).ok_or_else(unknown)?.key.to_owned(), value))
        });
        each.collect()
    }

    /// The headings of an empty file of it.
    pub fn headings(self) -> &'static [&'static str] {
        self.facts().headings
    }

    /// Whether it is the tree of units: then the file may be text with more lines than a sheet may have, and it is for the
    /// whole federation.
    pub fn is_tree(self) -> bool {
        self.facts().is_tree
    }

    /// The table of the file; `None` for a tree as text.
    pub fn table(self, context: &Context<'_>) -> Result<Option<Table>> {
        self.0.table(context)
    }

    /// Judges every row, before or within a transaction.
    pub(super) async fn plan(
        self,
        app: &App,
        tx: Option<&DatabaseTransaction>,
        context: &Context<'_>,
    ) -> Result<Box<dyn Planned>> {
        self.0.plan(app, tx, context).await
    }

    pub(super) async fn undo(
        self,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        import: ImportId,
    ) -> Result<Vec<Refusal>> {
        self.0.undo(app, tx, actor, import).await
    }

    fn facts(self) -> &'static Facts {
        self.0.facts()
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Kind {}

/// The extension point for kinds of files that change while the application runs: those of registers that an office defines.
pub struct KindsOfApp(pub fn(&App) -> Vec<Kind>);

/// The properties of a kind of file.
#[derive(Debug)]
pub struct Facts {
    /// Its name, as it is stored and used in addresses.
    pub name: &'static str,
    /// The message that names it, or the name itself of what an office defined.
    pub word: &'static str,
    /// Its place among the kinds that pages offer; the first is the default.
    pub place: u8,
    /// The columns that a file may have.
    pub columns: &'static [Column],
    /// The headings of an empty file.
    pub headings: &'static [&'static str],
    /// Whether it is the tree of units. It is imported in one transaction, since its rows refer to each other.
    pub is_tree: bool,
}

/// Imports files of one kind; implemented by a feature.
#[async_trait::async_trait]
pub trait Importer: Send + Sync {
    /// A row that is to be imported.
    type Taking: Labelled + fmt::Debug + Send;

    /// The properties of the kind.
    const FACTS: Facts;

    /// The properties, where they are not the same for every importer of the type.
    fn facts(&self) -> &'static Facts {
        &Self::FACTS
    }

    /// The table of the file; `None` for a tree as text.
    fn table(&self, context: &Context<'_>) -> Result<Option<Table>> {
        context.table(self.facts().columns).map(Some)
    }

    /// Judges every row without writing anything.
    async fn plan(&self, conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Self::Taking>>;

    /// Imports the rows of a plan, which may be a part of the file's.
    async fn take(
        &self,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        context: &Context<'_>,
        plan: Plan<Self::Taking>,
        import: ImportId,
    ) -> Result<()>;

    /// Undoes an import, or returns what depends on it by now.
    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>>;
}

/// An [`Importer`] without the type of its rows, for [`Kind`].
#[async_trait::async_trait]
trait Imports: Send + Sync {
    fn facts(&self) -> &'static Facts;

    fn table(&self, context: &Context<'_>) -> Result<Option<Table>>;

    async fn plan(
        &self,
        app: &App,
        tx: Option<&DatabaseTransaction>,
        context: &Context<'_>,
    ) -> Result<Box<dyn Planned>>;

    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>>;
}

#[async_trait::async_trait]
impl<I: Importer + Copy + 'static> Imports for I {
    fn facts(&self) -> &'static Facts {
        Importer::facts(self)
    }

    fn table(&self, context: &Context<'_>) -> Result<Option<Table>> {
        Importer::table(self, context)
    }

    async fn plan(
        &self,
        app: &App,
        tx: Option<&DatabaseTransaction>,
        context: &Context<'_>,
    ) -> Result<Box<dyn Planned>> {
        let plan = match tx {
            Some(tx) => Importer::plan(self, tx, context).await?,
            None => Importer::plan(self, &app.db, context).await?,
        };
        // Forms stand in several sheets though nobody said that all are read.
        let several = context.source.layout.all_sheets || context.source.sheets.len() > 1;
        let table = if several { Importer::table(self, context)? } else { None };
        let plan = match table {
            Some(table) if table.sheets.len() > 1 => plan.told_by_sheet(&table),
            _ => plan,
        };
        Ok(Box::new(OfKind { importer: *self, plan }))
    }

    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>> {
        Importer::undo(self, app, tx, actor, import).await
    }
}

/// A plan without the type of its rows.
#[async_trait::async_trait]
pub(super) trait Planned: Send {
    /// The counts and verdicts.
    fn summary(&self) -> Summary;

    /// The rows to be imported, with what was understood of each.
    fn taking(&self) -> Vec<TakenRow>;

    /// The numbers of the rows to be imported.
    fn rows(&self) -> BTreeSet<usize>;

    /// A digest of the rows to be imported.
    fn content(&self) -> String;

    /// The same rows in plans of about `size` rows; at least one plan.
    fn in_parts(self: Box<Self>, size: usize) -> Vec<Box<dyn Planned>>;

    /// Imports the rows.
    async fn take(
        self: Box<Self>,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        context: &Context<'_>,
        import: ImportId,
    ) -> Result<()>;
}

struct OfKind<I: Importer> {
    importer: I,
    plan: Plan<I::Taking>,
}

#[async_trait::async_trait]
impl<I: Importer + Copy + 'static> Planned for OfKind<I> {
    fn summary(&self) -> Summary {
        self.plan.summary()
    }

    fn taking(&self) -> Vec<TakenRow> {
        self.plan.taking()
    }

    fn rows(&self) -> BTreeSet<usize> {
        self.plan.take.iter().map(|(row, _)| *row).collect()
    }

    fn content(&self) -> String {
        self.plan.content()
    }

    fn in_parts(self: Box<Self>, size: usize) -> Vec<Box<dyn Planned>> {
        let Self { importer, plan } = *self;
        let parts = plan.in_parts(size).into_iter();
        parts.map(|plan| Box::new(OfKind { importer, plan }) as Box<dyn Planned>).collect()
    }

    async fn take(
        self: Box<Self>,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        context: &Context<'_>,
        import: ImportId,
    ) -> Result<()> {
        self.importer.take(app, tx, actor, context, self.plan, import).await
    }
}
