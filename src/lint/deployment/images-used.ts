import { fail, notApplicable, pass } from '../../checks/results.ts';
import { definitionAt, notAllRead } from '../deployed-package.ts';
import { definePackageCheck, hanging } from '../lint-check.ts';
import { imagesOf, isOpenImage, normal } from '../named-images.ts';

export const imagesUsed = definePackageCheck({
  id: 'deployment/images-used',
  title: 'Every image that is carried is named by something the package deploys',
  severity: 'warning',
  help: {
    why: 'An image nobody names is weight on every medium, and mostly a sign that the chart names another one.',
    fix: 'Take it out of images, or name it where it is meant to run.',
    source: 'Release model §3.1: lists in images and in the charts agree exactly',
  },
  *evaluate(facts) {
    const used = new Set(
      facts.objects.flatMap((object) => imagesOf(object).map(({ image }) => normal(image ?? ''))),
    );
    const texts = [...facts.objects].map(({ value }) => JSON.stringify(value)).join('\n');
    const because = notAllRead(facts);
    const subject = { kind: 'package' as const, name: facts.label };
    if (facts.objects.length === 0 && because === undefined) {
      yield notApplicable(subject, 'the package deploys no objects that could name an image');
      return;
    }
    let count = 0;
    for (const { name, images } of facts.definition.components) {
      for (const image of images ?? []) {
        count++;
        // An operator's object may name an image in a field of its own.
        if (
          isOpenImage(facts, image) ||
          used.has(normal(image)) ||
          texts.includes(JSON.stringify(image).slice(1, -1))
        )
          continue;
        const place = definitionAt(facts, image);
        const message = `component '${name}' carries ${image}, which nothing it deploys names`;
        yield because === undefined
          ? fail(place, message)
          : hanging(place, `${message}; ${because}`, because);
      }
    }
    if (count === 0) yield notApplicable(subject, 'the package carries no image');
    else yield pass(subject, `${count} images were looked for`);
  },
});
