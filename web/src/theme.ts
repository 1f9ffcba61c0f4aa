// Runs before the first paint, so that the system's theme does not flash before the selected one.
const chosen = localStorage.getItem('parley.theme');
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
