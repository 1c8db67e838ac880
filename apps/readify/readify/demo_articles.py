"""The articles of the user `demo`: short texts written for this demo, the last one on top of the list.

Their addresses belong to nobody (RFC 2606), so that no machine is asked for them.
"""

from typing import NamedTuple


class DemoArticle(NamedTuple):
    """A text, what it is called, its tags with blanks between them, and in which list it is."""

    address: str
    title: str
    html: str
    tags: str = ""
    language: str = "en"
    place: float = 0.0
    liked: bool = False
    archived: bool = False
    deleted: bool = False
    is_public: bool = False


ARTICLES = [
    DemoArticle(
        "https://old.example/news",
        "Yesterday's news",
        "<p>Nothing is as long as what was urgent yesterday. This one waits in the bin.</p>",
        deleted=True,
    ),
    DemoArticle(
        "https://rain.example/books",
        "雨の日の読書",
        """<p>雨の日は、本が少し重くなる。紙が水を吸うからだと言う人もいるし、読む人が静かになるからだと
        言う人もいる。</p><p>窓のそばに椅子を置き、お茶をいれて、昨日保存しておいた記事を一つだけ開く。急ぐ
        ことは何もない。読み終わったら、印をつけて、しまう。</p><p>雨がやむころには、読みたいものの一覧が
        ほんの少し短くなっている。</p>""",
        "reading",
        language="ja",
    ),
    DemoArticle(
        "https://commute.example/train",
        "القراءة في القطار",
        """<p>في القطار متّسع من الوقت لا يطلبه أحد. النافذة تتحرّك، والصفحة ثابتة، وبينهما يجلس القارئ
        كأنّه في بيت صغير على عجلات.</p><p>أقرأ عادةً مقالة واحدة بين محطّتين. إن كانت قصيرة أعدت قراءة
        آخر فقرة، وإن كانت طويلة تركت إشارة عند السطر الذي وقفت فيه، وأغلقت عينيّ حتى الجسر.</p>
        <p>لا شيء في هذا يحتاج إلى شبكة. يكفي أن يكون النص معي.</p>""",
        "reading",
        language="ar",
    ),
    DemoArticle(
        "https://kitchen.example/bread",
        "Bread, in four lines",
        """<p>There are books about bread that weigh more than a loaf. What follows is what remains
        when one has baked every Saturday for ten years and lost the books in two removals.</p>
        <table><tr><th>What</th><th>How much</th></tr><tr><td>Flour</td><td>500 g</td></tr>
        <tr><td>Water</td><td>350 g</td></tr><tr><td>Salt</td><td>10 g</td></tr>
        <tr><td>Sourdough</td><td>100 g</td></tr></table>
        <ol><li>Mix everything in the evening, and fold it over four times before bed.</li>
        <li>Let it stand until morning; the kitchen decides how early that is.</li>
        <li>Shape it, and let it stand again while the oven gets as hot as it can.</li>
        <li>Bake it under a lid for twenty-five minutes, and without it until it is dark enough
        to frighten you.</li></ol>
        <p>The only secret is the last line. Pale bread is a decision made by somebody impatient.</p>
        <h2>What goes wrong</h2><p>It is flat: it stood too long. It is dense: it did not stand long
        enough. It is both: the sourdough was asleep, and so were you when you fed it.</p>""",
        "kitchen",
        archived=True,
        liked=True,
        is_public=True,
    ),
    DemoArticle(
        "https://quiet.example/queue",
        "Ten lines for a queue that forgets nothing",
        """<p>A queue in memory is quick, and it is empty after a restart. A queue in a database is a
        little slower, and it is still there. The whole trick is one operation that finds something
        and claims it at once, so that two workers never hold the same piece.</p>
        <pre>def claim(db):
    now = time()
    return db.jobs.find_one_and_update(
        {"state": "waiting", "free_at": {"$lte": now}},
        {"$set": {"free_at": now + LEASE}},
        sort=[("free_at", 1)],
    )</pre>
        <p>Notice what is <em>not</em> there. Nobody marks a job as <code>running</code>; it is merely
        not free for a while. A worker that finishes removes it. A worker that dies does nothing, and
        after <code>LEASE</code> seconds somebody else finds the job as if it had never been
        touched.</p>
        <p>The price is that a job may be done twice: once by a worker that was only slow, and once by
        the one who believed it dead. So whatever a job does must bear being done twice. That sounds
        like a burden, and turns out to be a good habit.</p>""",
        "code",
        liked=True,
    ),
    DemoArticle(
        "https://harbour.example/arithmetic",
        "The lighthouse keeper's arithmetic",
        """<p>The keeper counted in flashes. Two, and a pause of eight seconds: that was the whole of
        the conversation between the tower and the sea, and it had been going on for ninety years.</p>
        <p>He had worked it out one winter. A flash every five seconds, on the average; seven hundred
        and twenty in an hour; on a December night, eleven thousand. In the log he wrote the weather,
        the oil, and the ships. The flashes he kept to himself.</p>
        <blockquote><p>It is not that anybody answers, he said once to the boy who brought the bread.
        It is that nobody has to ask.</p></blockquote>
        <p>When the light was made to work without him, they let him stay on in the lower room. People
        thought that he missed the work. He did not. What he missed was the number: since nobody wound
        the clock by hand, nobody knew how many flashes there had been, and the sea, he felt, had
        stopped being told.</p>
        <p>So he began to count again, from the window, with a pencil. It took him three nights to
        find that the machine was late: two flashes, and a pause of eight seconds and a half. He wrote
        to the office. They thanked him, and sent a man who turned a screw.</p>
        <p>That evening he closed the log with the same words as always. <em>Light in order.</em></p>""",
        "stories sea",
        place=0.4,
        liked=True,
        is_public=True,
    ),
    DemoArticle(
        "https://margins.example/history",
        "A short defence of the margin",
        """<p>The margin is the part of a page that is paid for and not printed on. Every few years
        somebody discovers this, and proposes to use it.</p>
        <h2>It is a handle</h2><p>A page without margins cannot be held. The thumb covers a word, and a
        covered word is read twice: once as a guess, and once in anger.</p>
        <h2>It is a rest</h2><p>The eye comes back from the end of each line, some sixty signs, about
        forty times a page. The margin is where it turns. Take it away, and the lines do not become
        longer; they become harder to leave.</p>
        <h2>It is a conversation</h2><p>Readers have always written into margins: objections, prices,
        the names of cats. A few of these notes have outlived the books around them. On a screen the
        margin is wider than ever, and almost nobody writes into it. That is not the fault of the
        margin.</p>
        <p>Sixty signs to a line, then, and as much room at the side as it takes not to notice it. The
        rest is decoration.</p>""",
        "typography reading",
        is_public=True,
    ),
    DemoArticle(
        "https://slow.example/reading",
        "On reading slowly, and on lists",
        """<p>A list of things to read grows by itself. One adds to it in seconds, in a queue, in bed,
        in the middle of something else; one takes from it in quarters of an hour. No arithmetic makes
        these meet.</p>
        <p>There are two ways to live with that. The first is to treat the list as a debt, and to read
        faster. People have become very good at this. They skim, they listen at twice the speed, they
        let machines tell them what it said. At the end they have finished everything and read
        nothing.</p>
        <p>The second is to treat the list as a shelf. A shelf is never finished either, and nobody
        minds. One walks along it, takes what fits the hour, and puts it back. Some of it one will
        never open. It was still right to keep it: a shelf of what one meant to read is a fair portrait
        of a person.</p>
        <h2>Three habits</h2>
        <ul><li>Look at the minutes. Ten minutes before the train are ten minutes; do not open the essay
        that takes forty.</li><li>Archive without mercy. What has waited for a year has been read, in a
        way.</li><li>Stop in the middle. The place is remembered, and so, oddly, is the text.</li></ul>
        <p>The rest is light, a chair, and nobody speaking.</p>""",
        "reading",
        is_public=True,
    ),
]
