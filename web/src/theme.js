// Before anything is painted: the machine's own theme, where the account follows it.
if (document.documentElement.hasAttribute('data-theme-auto') && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.bsTheme = 'dark';
