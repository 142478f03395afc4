import { gather } from '../gather';

export default gather(import.meta.glob('./*.json', { eager: true, import: 'default' }));
