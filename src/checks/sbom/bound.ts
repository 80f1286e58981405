import { defineCheck, type Result } from '../check.ts';
import type { PackageFacts } from '../facts.ts';
import { imageSboms, isAbout, isAboutImage } from '../image-sboms.ts';
import {
  eachPackage,
  fail,
  notApplicable,
  pass,
  theFile,
  thePackage,
  thingOf,
  undecided,
} from '../results.ts';
import { type SbomFacts, unseenDocuments } from '../sbom-facts.ts';

/** A list of contents of another image says nothing about this one. */
export const sbomBound = defineCheck({
  id: 'sbom/bound',
  title: 'The SBOMs of a package are about exactly the images it carries',
  area: 'definition',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'An SBOM made of an earlier image lists packages that are not there and leaves out those that are.',
    fix: 'Create the package again, so that its SBOMs are made from the images that are packed.',
    source: 'Zarf package format, 2.5; Syft JSON, source.metadata',
  },
  codes: {
    SBOM_OF_IMAGE_MISSING: {
      why: 'An image without a list of contents cannot be looked up when a vulnerability becomes known.',
      fix: 'Create the package again with SBOMs of all its images.',
    },
    SBOM_STALE: {
      why: 'The list was made of other content under the same name.',
      fix: 'Create the package again, so that its SBOMs are made from the images that are packed.',
    },
    SBOM_LAYERS_DIFFER: {
      why: 'The list names the right image and other layers: one of the two was changed by hand.',
      fix: 'Create the package again.',
    },
    SBOM_UNREADABLE: {
      why: 'A document that ends early, or says twice what it is about, is read differently by different programs.',
      fix: 'Create the package again.',
    },
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, because) {
      const { sboms } = each;
      if (sboms === undefined) {
        if (because !== undefined) yield undecided(thePackage(each), because);
        else
          yield notApplicable(
            thePackage(each),
            'it carries no SBOMs: what its images hold is not told',
          );
        return;
      }
      if (sboms.fault !== undefined) {
        yield undecided(theFile(each, 'sboms.tar'), sboms.fault);
        return;
      }
      if (sboms.tooLarge.length > 0)
        yield undecided(
          theFile(each, 'sboms.tar'),
          `${sboms.tooLarge.length} documents say more about their image than is kept`,
        );
      yield* judge(each, sboms, because);
    }),
});

function* judge(each: PackageFacts, sboms: SbomFacts, cut: string | undefined): Generator<Result> {
  const { documents, broken } = sboms;
  const unseen = unseenDocuments(sboms);
  for (const path of broken)
    yield fail(theFile(each, `sboms.tar/${path}`), `${path} cannot be read as one document`, {
      code: 'SBOM_UNREADABLE',
    });
  const images = imageSboms(each);
  let bound = 0;
  for (const { name, image, sbom, because } of images) {
    const { digest } = image.descriptor;
    const subject = thingOf(each, { kind: 'image', name, digest });
    const why = cut ?? because;
    if (sbom === undefined) {
      if (why !== undefined) yield undecided(subject, why);
      else yield fail(subject, `no SBOM is about ${digest}`, { code: 'SBOM_OF_IMAGE_MISSING' });
    } else if (image.diffIds === undefined)
      yield undecided(subject, 'its config could not be read, so layers were not compared');
    else if (!isSame(sbom.layers, image.diffIds))
      yield fail(
        subject,
        `its SBOM names ${sbom.layers.length} layers, which are not the ${image.diffIds.length} of its config`,
        { code: 'SBOM_LAYERS_DIFFER' },
      );
    else bound += 1;
  }
  let stale = 0;
  for (const document of documents.filter(isAboutImage)) {
    // What was not read, or is not taken along, may be what it is about.
    if (images.some(({ image }) => isAbout(document, image))) continue;
    if (each.leftOut !== undefined || cut !== undefined) continue;
    const digest = document.manifest ?? document.config;
    stale += 1;
    yield fail(theFile(each, 'sboms.tar'), `an SBOM is about ${digest}, which is not carried`, {
      code: 'SBOM_STALE',
      restsOn: theFile(each, 'images/index.json').name,
    });
  }
  if (bound < images.length || broken.length + stale > 0) return;
  if (cut !== undefined) yield undecided(thePackage(each), cut);
  else if (unseen === undefined)
    yield pass(
      thePackage(each),
      images.length === 0
        ? `${documents.length} documents, none about an image`
        : `each of ${images.length} images has an SBOM about exactly its manifest and layers${gapsOf(documents)}`,
    );
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

const maxGaps = 4;

/** What documents say they do not cover: an auditor should not have to open them. */
function gapsOf(documents: SbomFacts['documents']): string {
  const open = documents.filter(({ coverage }) => coverage?.complete === false);
  const gaps = [...new Set(open.flatMap(({ coverage }) => coverage?.gaps ?? []))];
  if (open.length === 0) return '';
  return `; ${open.length} of ${documents.length} say what they leave out: ${gaps.slice(0, maxGaps).join(', ')}${gaps.length > maxGaps ? ', …' : ''}`;
}
