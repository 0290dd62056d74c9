evidence = Photos and files
evidence-add = Add photos, PDFs or office files
evidence-hint = Several at once; place, device and the like are taken out; unless you show one, only who keeps the record sees it
evidence-upload = Upload
evidence-is-shown = seen by those who take part
evidence-is-hidden = hidden
evidence-until = kept until { $day }
evidence-show = Show
evidence-hide = Hide
evidence-remove = Delete
evidence-remove-ask = Delete “{ $name }”?
evidence-remove-text = It can’t be found again.
evidence-added = { $count ->
    [one] { $count } file
   *[other] { $count } files
 } uploaded
evidence-shown = Shown
evidence-hidden = Hidden
evidence-removed = Deleted
evidence-refused = Nothing was uploaded: { $why }
evidence-nothing = No file was chosen: choose one first
evidence-too-many = There are { $there } files, at most { $most } altogether: choose fewer
evidence-unknown = There is no such file, or it isn’t shown
log-evidence-added-by = uploaded { $count } photos or files
log-evidence-shown-by = showed the file “{ $name }”
log-evidence-hidden-by = hid the file “{ $name }”
log-evidence-removed-by = deleted the file “{ $name }”
