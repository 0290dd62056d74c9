metric-not-own = 自有统计指标“{ $key }”的代码要以 own. 开头：在 metrics.toml 里改好
facet-value-unknown = 条件“{ $facet }”里没有“{ $text }”：可以写 { $allowed }
no-data = 没有数据
metric-shown =
    { $name }（{ $measure }）：{ $value }
    单位：{ $unit }及下级
    期间：{ $from } 至 { $to }
    账本位置：{ $position }
    统计口径：{ $definition }
