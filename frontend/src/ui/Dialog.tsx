import { Modal } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePhone } from '../lib/hooks';
import { Button, IconButton } from './Button';

/** A dialog at a fixed height from the top; on a phone it takes the screen. */
export function Dialog({
  title,
  onClose,
  children,
  foot,
  width = 560,
  top = 96,
  bare,
  mustAnswer,
}: {
  title: string;
  onClose(): void;
  children: ReactNode;
  foot?: ReactNode;
  width?: number;
  top?: number;
  bare?: boolean;
  /** Only its own buttons close it. */
  mustAnswer?: boolean;
}) {
  const { t } = useTranslation();
  const phone = usePhone();
  return (
    <Modal.Root
      opened
      onClose={onClose}
      size={width}
      yOffset={phone ? 0 : top}
      xOffset={phone ? 0 : 16}
      fullScreen={phone && !bare}
      padding={0}
      className="dialog"
      closeOnEscape={!mustAnswer}
      closeOnClickOutside={!mustAnswer}
      transitionProps={{ transition: 'fade-up', duration: 120 }}
    >
      <Modal.Overlay color="transparent" backgroundOpacity={1} style={{ background: 'var(--scrim)' }} />
      <Modal.Content aria-label={title}>
        <Modal.Body>
          {!bare && (
            <div className="dialog-head">
              <h2>{title}</h2>
              {!mustAnswer && <IconButton name={t('ui.close')} icon={<IconX size={16} stroke={1.5} />} onClick={onClose} />}
            </div>
          )}
          {bare ? children : <div className="dialog-body">{children}</div>}
          {foot && <div className="dialog-foot">{foot}</div>}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

/** Asks once, with the verb on the button. */
export function Confirm({ title, text, verb, onYes, onClose, busy }: { title: string; text: string; verb: string; onYes(): void; onClose(): void; busy?: boolean }) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      width={440}
      foot={
        <>
          <span className="grow" />
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind="danger" disabled={busy} onClick={onYes} data-autofocus>
            {verb}
          </Button>
        </>
      }
    >
      <p className="second">{text}</p>
    </Dialog>
  );
}
