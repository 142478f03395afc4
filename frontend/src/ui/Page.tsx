import type { ReactNode } from 'react';

/** The frame of a screen: top bar (`aside` stands at the title), optional tool bar, the body that scrolls, optional footer. */
export function Page({ title, lead, aside, actions, toolbar, footer, children, label }: { title: ReactNode; lead?: ReactNode; aside?: ReactNode; actions?: ReactNode; toolbar?: ReactNode; footer?: ReactNode; children: ReactNode; label?: string }) {
  return (
    <div className="page">
      <header className="topbar">
        {lead}
        <h1 className="topbar-title ellipsis">{title}</h1>
        {aside}
        <span className="grow" />
        {actions}
      </header>
      <main className="page-main" aria-label={label} id="main">
        {toolbar && <div className="toolbar">{toolbar}</div>}
        <div className="page-body">{children}</div>
      </main>
      {footer && <footer className="page-foot">{footer}</footer>}
    </div>
  );
}
