import { useTranslation } from 'react-i18next';
import { useExchangeLine } from './queries';

/** How the exchange is doing, in one line. */
export function StatusLine() {
  const { t } = useTranslation();
  const { data } = useExchangeLine();
  if (!data) return null;
  return (
    <div className="status-line">
      <span className={data.kafka === 'down' ? 'danger' : undefined}>{t(`exchange.kafka_${data.kafka}`)}</span>
      <span className={data.relay.lag > 0 ? 'warn' : undefined}>{t('exchange.unsent', { count: data.relay.lag })}</span>
      <span>{t('exchange.applied', { count: data.inbound.applied })}</span>
      {data.inbound.parked > 0 && <span className="warn">{t('exchange.parked', { count: data.inbound.parked })}</span>}
    </div>
  );
}

export function StateSwitch<V extends string>({ values, value, onValue, prefix }: { values: readonly V[]; value: V; onValue(v: V): void; prefix: string }) {
  const { t } = useTranslation();
  return (
    <span className="seg" role="group">
      {values.map((v) => (
        <button key={v} type="button" aria-pressed={v === value} onClick={() => onValue(v)}>
          {t(`${prefix}.${v}`)}
        </button>
      ))}
    </span>
  );
}
