//! Writes one sample document in every format, and prints how long each took: `sample FONTS DEST`.

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use document::{
    Align, Block, Column, Date, Document, FigureState, Fonts, Imprint, Inline, Options, PdfWriter, Properties, RedHead,
    SheetOut, Signature, Table, Timestamp,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(fonts), Some(dest)) = (arguments.next(), arguments.next()) else {
        return Err("usage: sample FONTS DEST".into());
    };
    std::fs::create_dir_all(&dest)?;
    let document = sample();
    let begun = Instant::now();
    let writer = PdfWriter::new(Fonts::load(&[fonts])?);
    println!("fonts      {:>8.1?}", begun.elapsed());
    let changed = Document { addressee: Some("青石市妇女联合会办公室".into()), ..document.clone() };
    let sealed = Document {
        options: formal(),
        signature: document.signature.clone().map(|s| Signature { sealed: true, ..s }),
        ..document.clone()
    };
    for (name, document) in [("cold", &document), ("unchanged", &document), ("changed", &changed), ("formal", &sealed)]
    {
        let begun = Instant::now();
        let bytes = writer.pdf(document)?;
        println!("pdf {name:<10} {:>8.1?} {} bytes", begun.elapsed(), bytes.len());
        std::fs::write(dest.join(format!("{name}.pdf")), bytes)?;
    }
    let begun = Instant::now();
    let bytes = document::docx(&document)?;
    println!("docx       {:>8.1?}", begun.elapsed());
    std::fs::write(dest.join("sample.docx"), bytes)?;
    std::fs::write(dest.join("formal.docx"), document::docx(&sealed)?)?;
    std::fs::write(dest.join("sample.html"), document::html(&document))?;
    std::fs::write(dest.join("refused.xlsx"), document::xlsx(&refused())?)?;
    Ok(())
}

fn formal() -> Options {
    Options {
        bold_headings: true,
        red_head: Some(RedHead {
            agency: "双山街道妇女联合会文件".into(), number: Some("双妇发〔2026〕3号".into())
        }),
        imprint: Some(Imprint {
            copies_to: vec!["青石市妇联办公室".into(), "东城区妇联".into()],
            issuer: "双山街道妇联办公室".into(),
            issued: Date::new(2026, 1, 6),
        }),
    }
}

fn figure(text: &str) -> Inline {
    Inline::Figure {
        id: format!("f-{text}"),
        text: text.into(),
        href: Some(format!("https://qinglan.example/f/{text}")),
        title: Some("已举办的活动".into()),
        state: if text == "2094" { FigureState::Drift } else { FigureState::Plain },
    }
}

fn heading(level: u8, run_in: bool, text: &str) -> Block {
    Block::Heading { level, run_in, content: vec![text.into()] }
}

fn sample() -> Document {
    let figures = || {
        Block::Paragraph(vec![
            "2025年，双山街道及所属社区、村妇联共有青年理论学习小组".into(),
            figure("11"),
            "个、成员".into(),
            figure("86"),
            "人，全年举办活动".into(),
            figure("83"),
            "场，参加".into(),
            figure("2094"),
            "人次，其中昇、祎、玥、婳、喆、堃等字各见于一人之名，参与率".into(),
            figure("93.0%"),
            "。现将有关情况汇报如下：".into(),
        ])
    };
    let long = || {
        Block::Paragraph(vec![
            "按照年度学习计划，举办集中学习、专题研讨和读书分享，围绕“学什么、怎么学、学得怎么样”逐月安排主题，做到有计划、有记录、有讨论、有成果；".into(),
            Inline::Bold("每月至少一次".into()),
            "，由小组长主持，成员轮流领学（每人不少于两次），会后形成学习记录。".into(),
        ])
    };
    let mut blocks = vec![figures()];
    for part in ["学习情况", "能力提升", "实践锻炼", "廉洁教育"] {
        blocks.extend([
            heading(1, false, part),
            heading(2, true, "集中学习"),
            figures(),
            heading(2, false, "联动学习"),
            long(),
        ]);
        blocks.extend([
            heading(3, true, "纵向联动"),
            long(),
            heading(3, false, "横向联动"),
            heading(4, true, "社区之间"),
            long(),
            long(),
        ]);
    }
    let row = |n: usize| -> Vec<Vec<Inline>> {
        let kind = if n.is_multiple_of(5) {
            "与上下级单位联合举办的学习，含观摩和专题研讨，按参加单位各计一场"
        } else {
            "集中学习"
        };
        vec![
            vec![n.to_string().into()],
            vec![format!("第{n}社区妇联").into()],
            vec![kind.into()],
            vec![figure(&(n * 37).to_string())],
            vec!["91.9%".into()],
        ]
    };
    blocks.push(Block::Table(Table {
        dense: false,
        caption: Some(vec!["各单位学习情况".into()]),
        head: ["序号", "单位", "类型", "人次", "出勤率"].map(|head| vec![head.into()]).into(),
        rows: (1..=24).map(row).collect(),
        align: vec![Align::Center, Align::Left, Align::Left, Align::Right, Align::Right],
        widths: None,
    }));
    blocks.push(Block::Note(vec!["注：人次按考勤为到、迟到、补学的记录计，一人参加多场，每场计一次；出勤率为实到人数与应到人数之比，列席人员不计入应到。".into()]));
    blocks.push(long());
    blocks.extend([
        Block::Attachment { title: "青年理论学习小组一览表".into() },
        heading(1, false, "说明"),
        long(),
        heading(1, false, "名单"),
        long(),
        Block::Attachment {
            title: "双山街道及所属社区、村妇联青年理论学习小组2025年活动台账".into()
        },
        heading(1, true, "说明"),
        long(),
    ]);
    Document {
        title: "双山街道妇联关于2025年青年理论学习小组建设情况的汇报".into(),
        addressee: Some("青石市妇女联合会".into()),
        blocks,
        attachments: vec!["青年理论学习小组一览表".into(), "2025年活动台账".into()],
        signature: Some(Signature {
            agency: "双山街道妇女联合会".into(), date: Date::new(2026, 1, 5), sealed: false
        }),
        properties: Properties {
            author: Some("双山街道妇联".into()),
            subject: None,
            created: Some(Timestamp { date: Date::new(2026, 1, 5), hour: 1, minute: 30, second: 0 }),
        },
        ..Document::default()
    }
}

fn refused() -> SheetOut {
    SheetOut {
        name: "拒绝的行".into(),
        title: Some("花名册：拒绝的行".into()),
        columns: ["序号", "姓名", "联系电话", "原因"].map(Column::from).into(),
        rows: vec![vec![
            3.into(),
            "张　三".into(),
            "013800000000".into(),
            "单位“双山”有两个：街道妇联和社区妇联".into(),
        ]],
    }
}
