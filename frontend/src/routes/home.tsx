import { useExchangeAllowed } from '../features/exchange/queries';
import { Home } from '../features/home/Home';
import { openCreate } from '../features/tasks/create/store';

export function HomeRoute() {
  return <Home exchange={useExchangeAllowed()} onCreate={() => openCreate()} />;
}
