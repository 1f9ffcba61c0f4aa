import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { clearSession } from './client/session.js';
import { loadMarkdown } from './talk/message.js';
import { chosenLanguage, speak } from './texts/texts.js';
import './styles/console.css';

await speak(chosenLanguage());
// Relative to the page's first address; the address changes, the icon does not.
const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
if (icon) icon.setAttribute('href', icon.href);
// A link for a new password is for whoever has none, not for whoever was signed in here.
if (location.hash.startsWith('#reset=')) clearSession();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
void loadMarkdown();
