import { gather } from '../gather';

// Fetched beside the first screen, which does not wait for it.
export default gather(import.meta.glob(['./{exchange,project,board,editor,history,templates,comment,relation,asof,tags,settings,conflict,auth}.json'], { eager: true, import: 'default' }));
