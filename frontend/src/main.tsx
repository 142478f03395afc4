import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import '@fontsource-variable/ibm-plex-sans';
import '@fontsource/ibm-plex-mono/400.css';
import './ui/tokens.css';
import './ui/base.css';
import './ui/parts.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startUpdates } from './app/update';
import { maybeSignedIn, resume } from './api/session';
import { startI18n } from './lib/i18n';

// The catalogue and the session are fetched side by side; a session that cannot be renewed
// now (no network) is tried again by the first request.
await Promise.all([startI18n(), maybeSignedIn() ? resume().catch(() => false) : false]);
createRoot(document.getElementById('root')!).render(<App />);
startUpdates();
