// Before anything is painted: the theme of the device, if the account uses that.
if (document.documentElement.hasAttribute('data-theme-auto') && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.bsTheme = 'dark';
