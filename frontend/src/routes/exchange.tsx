import { Conflicts } from '../features/exchange/Conflicts';
import { DeadLetters } from '../features/exchange/DeadLetters';

export function ConflictsRoute() {
  return <Conflicts />;
}
export function DeadLettersRoute() {
  return <DeadLetters />;
}
