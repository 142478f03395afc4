import { gather } from '../gather';

// What the list of tasks needs, and every part that late.ts does not name.
export default gather(import.meta.glob(['./*.json', '!./exchange.json', '!./project.json', '!./board.json', '!./editor.json', '!./history.json', '!./templates.json', '!./comment.json', '!./relation.json', '!./asof.json', '!./tags.json', '!./settings.json', '!./conflict.json', '!./auth.json'], { eager: true, import: 'default' }));
