import { fail, notApplicable, pass, undecided } from '../../checks/results.ts';
import { notAllRead, objectSubject } from '../deployed-package.ts';
import { definePackageCheck, hanging } from '../lint-check.ts';
import { carriedImages, imagesOf, isOpenImage, normal, repositoryOf } from '../named-images.ts';

export const imagesCarried = definePackageCheck({
  id: 'deployment/images-carried',
  title: 'Every image that a workload names is carried by the package',
  severity: 'error',
  help: {
    why: 'Inside the gap an image that was not carried over cannot be pulled: the pod waits for it until the deployment times out.',
    fix: 'List the image under images of the component, spelt as the workload names it.',
    source: 'Zarf, components.images; past failures P7, P11 and P13 of the release model',
  },
  *evaluate(facts) {
    if (facts.definition.metadata.yolo === true) {
      const subject = { kind: 'package' as const, name: facts.label };
      yield notApplicable(subject, 'the package is for clusters that pull images themselves');
      return;
    }
    const images = carriedImages(facts);
    const carried = new Set(images.map(normal));
    const open = images.find((image) => isOpenImage(facts, image));
    let named = 0;
    for (const object of facts.objects) {
      for (const { image, where } of imagesOf(object)) {
        named++;
        const subject = objectSubject(object);
        if (image === undefined) yield fail(subject, `${where} names no image`);
        else if (image.includes('###'))
          yield undecided(
            subject,
            `${where}: the image ${image} is settled only when it is deployed`,
          );
        else if (!carried.has(normal(image)) && open !== undefined)
          yield undecided(
            subject,
            `${where} needs ${image}, and the package carries images whose names are settled when it is made`,
          );
        else if (!carried.has(normal(image)))
          yield fail(
            subject,
            `${where} needs ${image}, which the package does not carry${near(image, carried)}`,
          );
      }
    }
    const because = notAllRead(facts);
    const subject = { kind: 'package' as const, name: facts.label };
    if (because !== undefined) yield hanging(subject, because, because);
    else if (named === 0) yield notApplicable(subject, 'no workload names an image');
    else yield pass(subject, `${named} uses of images were compared`);
  },
});

/** The same repository under another tag or digest, where there is one: mostly what went wrong. */
function near(image: string, carried: ReadonlySet<string>): string {
  const repository = repositoryOf(normal(image));
  const close = [...carried].filter((each) => repositoryOf(each) === repository).sort();
  return close.length === 0 ? '' : `; it carries ${close.join(', ')}`;
}
