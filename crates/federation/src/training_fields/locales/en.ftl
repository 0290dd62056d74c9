# Training fields.

settings-fields = Fields
fields-line = What sessions are about, and what posts ask for; a file's column 领域 is matched by name and other names
field-of-session = Field
field-none = no field
field-any = all fields
field-chosen-hint = what it is about; training is counted by it
training-field-unknown = The field “{ $text }” isn't known; in use are { $known }: use one of them, or have an administrator add it in Settings · Fields
log-field-changed = changed the field “{ $name }”
