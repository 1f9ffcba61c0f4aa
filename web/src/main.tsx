import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { clearSession } from './client/session.js';
import { loadMarkdown } from './talk/message.js';
import { chosenLanguage, speak } from './texts/texts.js';
import './styles/console.css';

await speak(chosenLanguage());
// Made absolute: it is relative to the page's initial URL, which changes.
const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
if (icon) icon.setAttribute('href', icon.href);
// A password reset link ends any existing session.
if (location.hash.startsWith('#reset=')) clearSession();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
void loadMarkdown();
