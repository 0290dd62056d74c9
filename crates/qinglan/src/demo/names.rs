//! Invented names of people, made of common and some rare characters.

use federation::people::Sex;

use super::dice::Dice;

/// Drawn most often.
const COMMON: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗";
/// Drawn less often.
const OTHERS: &str = "梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁舒耿牟卜詹关苗凌费纪盛童甄项曲游裴席卫屈鲍覃霍翁甘景包宁柯阮桂柴房饶瞿戚米池滕苑宫褚娄符穆燕郎晏商喻窦迟卓艾蓝虞封楚佟匡宗桑荆";
/// Surnames of two characters.
const DOUBLE: [&str; 6] = ["欧阳", "上官", "司徒", "诸葛", "尉迟", "慕容"];

const WOMEN_FIRST: &str = "佳雨晓思梦欣雅文静丽子怡嘉诗若语书一心美春秋海玉明慧秀新凤晨月紫可芷沐安亦舒锦佩素红兰彩云淑宁艺天燕冬笑冰向如依玲慕千乐";
const WOMEN_LAST: &str =
    "婷颖洁琳娜萍莉敏燕霞雪倩莹瑶萱琪涵怡悦妍璇欣蕾芳玲慧娟珍蓉菲彤洋宁雯岚楠宜然玥祎婳桐荷茹瑾睿晴昕蓓茜薪芸秋君平真";
const WOMEN_ONE: &str = "敏静颖洁婷琳莹倩雪燕玥婳祎喆萌娜楠蕾璐蓓岚妍宁晴昕丹青芸玲娟";
const MEN_FIRST: &str = "志建文明宇子浩俊晓海振永家泽思天成新向景兆嘉学世长一书";
const MEN_LAST: &str = "伟军磊涛鹏超杰勇斌辉波龙阳轩然博堃喆宇航凯东林飞平远恒宁安松";
const MEN_ONE: &str = "磊涛鹏超伟勇凯堃喆帅斌旭晨航";

fn letter(dice: &mut Dice, letters: &str) -> char {
    let count = letters.chars().count();
    letters.chars().nth(dice.below(count)).unwrap_or('安')
}

/// A name of two to four characters.
pub(super) fn name(dice: &mut Dice, sex: Sex) -> String {
    let mut name = match dice.below(1_000) {
        0..6 => dice.pick(&DOUBLE).to_owned(),
        6..560 => letter(dice, COMMON).to_string(),
        _ => letter(dice, OTHERS).to_string(),
    };
    let (first, last, one) = match sex {
        Sex::Female => (WOMEN_FIRST, WOMEN_LAST, WOMEN_ONE),
        Sex::Male => (MEN_FIRST, MEN_LAST, MEN_ONE),
    };
    if dice.per_mille(200) {
        name.push(letter(dice, one));
        return name;
    }
    let first = letter(dice, first);
    name.push(first);
    loop {
        let last = letter(dice, last);
        if last != first {
            name.push(last);
            return name;
        }
    }
}
