// Runs before the first paint: sets the colour scheme and the language, so nothing flashes.
(function () {
  var root = document.documentElement;
  var wanted = 'auto';
  var language = '';
  try {
    wanted = localStorage.getItem('mantine-color-scheme-value') || 'auto';
    language = localStorage.getItem('tt.language') || '';
  } catch {
    // Storage may be closed; the defaults do.
  }
  var dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  if (!language) language = (navigator.language || 'ru').toLowerCase().indexOf('ru') === 0 ? 'ru' : 'en';
  root.lang = language;
})();
