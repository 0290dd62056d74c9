metric-not-own = The key of the own metric “{ $key }” has to begin with own.: mend it in metrics.toml
facet-value-unknown = The condition “{ $facet }” has no “{ $text }”: use one of { $allowed }
no-data = no data
metric-shown =
    { $name } ({ $measure }): { $value }
    Unit: { $unit } and all under it
    Period: { $from } to { $to }
    Ledger position: { $position }
    Definition: { $definition }
