import type { components } from './schema.gen';
import type * as T from './types';

/**
 * `tsc` fails here when the server's document and `types.ts` part: what the server answers must be
 * readable as our shape, what we send must be one the server takes, and every word of a closed list
 * must be known on both sides.
 */
type S = components['schemas'];
type Reads<Server extends Ours, Ours> = [Server, Ours];
type Sends<Ours extends Server, Server> = [Ours, Server];
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
/** JSON the document leaves open; the shape is given by hand. */
type Open<Server, Names extends keyof Server, Ours> = Omit<Server, Names> & Pick<Ours, Names & keyof Ours>;

export type Answers = [
  Reads<S['PersonRef'], T.PersonRef>,
  Reads<S['ProjectRef'], T.ProjectRef>,
  Reads<S['TagRef'], T.TagRef>,
  Reads<S['TaskRef'], T.TaskRef>,
  Reads<S['UserMe'], T.UserMe>,
  Reads<S['User'], T.User>,
  Reads<S['Project'], T.Project>,
  Reads<S['Member'], T.Member>,
  Reads<S['ReassignResult'], T.ReassignResult>,
  Reads<S['TaskRow'], T.TaskRow>,
  Reads<S['TaskPage'], T.Page<T.TaskRow>>,
  Reads<Open<S['Task'], 'metadata', T.Task>, T.Task>,
  Reads<S['Comment'], T.Comment>,
  Reads<Open<S['HistoryEntry'], 'changes' | 'comment', T.HistoryEntry>, T.HistoryEntry>,
  Reads<S['Tag'], T.Tag>,
  Reads<S['TaskTemplate'], T.Template>,
  Reads<Open<S['BulkResult'], 'items', T.BulkResult>, T.BulkResult>,
  Reads<S['SearchHit'], T.SearchHit>,
  Reads<S['Tokens'], T.Tokens>,
  Reads<S['AuthConfig'], T.AuthConfig>,
  Reads<S['Integration'], T.Integration>,
  Reads<S['Conflict'], T.Conflict>,
  Reads<S['DeadLetter'], T.DeadLetter>,
  Reads<S['ExchangeStatus'], T.ExchangeStatus>,
  Reads<Open<S['Problem'], 'current', T.ProblemBody>, T.ProblemBody>,
];

export type Requests = [
  Sends<T.NewTask, Open<S['NewTask'], 'metadata', T.NewTask>>,
  Sends<T.TaskInput, Open<S['TaskPatch'], 'metadata', T.TaskInput>>,
  Sends<T.BulkChange, S['BulkPatch']>,
  Sends<T.TemplateInput & { name: string; title: string }, S['NewTemplate']>,
  Sends<T.TemplateInput, S['TemplatePatch']>,
  Sends<T.TagInput & { name: string }, S['NewTag']>,
  Sends<T.TagInput, S['TagPatch']>,
  Sends<T.ProjectInput & { key: string; name: string }, S['NewProject']>,
  Sends<Omit<T.ProjectInput, 'key'>, S['ProjectPatch']>,
  Sends<T.Membership, S['Membership']>,
  Sends<T.IntegrationInput, S['IntegrationPatch']>,
];

export const words: [
  Same<S['Status'], T.Status>,
  Same<S['Priority'], T.Priority>,
  Same<S['Role'], T.Role>,
  Same<S['Language'], T.Language>,
  Same<S['ProjectRole'], T.ProjectRole>,
  Same<S['Registration'], T.AuthConfig['registration']>,
  Same<S['IdMode'], T.Integration['id_mode']>,
  Same<S['DeletePolicy'], T.Integration['delete_policy']>,
  Same<S['ConflictPolicy'], T.Integration['conflict_policy']>,
  Same<S['Outcome'], T.Conflict['outcome']>,
  Same<S['LetterState'], T.DeadLetter['state']>,
  Same<S['BusState'], T.ExchangeStatus['kafka']>,
  Same<S['EventType'], T.EventType>,
] = [true, true, true, true, true, true, true, true, true, true, true, true, true];
