import type { PersonRef } from '../api/types';
import { initials } from '../lib/text';

/** A person is a circle. */
export function Avatar({ person, size = 20, title }: { person: Pick<PersonRef, 'name' | 'avatar_color'>; size?: number; title?: string }) {
  return (
    <span
      className="avatar"
      role="img"
      aria-label={title ?? person.name}
      title={title ?? person.name}
      style={{ width: size, height: size, background: person.avatar_color, fontSize: Math.max(8.5, size * 0.42), lineHeight: 1 }}
    >
      {initials(person.name)}
    </span>
  );
}

export function People({ people, max = 3, size = 20 }: { people: PersonRef[]; max?: number; size?: number }) {
  const rest = people.length - max;
  return (
    <span className="people">
      {people.slice(0, max).map((p) => (
        <Avatar key={p.id} person={p} size={size} />
      ))}
      {rest > 0 && (
        <span className="small muted" title={people.slice(max).map((p) => p.name).join(', ')}>
          +{rest}
        </span>
      )}
    </span>
  );
}
