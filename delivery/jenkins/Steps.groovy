import java.nio.file.FileSystems
import java.util.concurrent.TimeUnit

/** A step that didn't do what it should. */
class Failed extends RuntimeException {

    Failed(String message) { super(message) }

}

/** Somebody, or the clock, ended the build. */
class Aborted extends RuntimeException {

    Aborted(String message) { super(message) }

}

/** The steps that the pipeline may take: what each needs, and what it does. */
class Steps extends Block {

    // sole: the argument that may stand alone; needs, may: the others; node: wants a workspace; body: wraps steps.
    static final Map<String, Map> KNOWN = [
        sh: [sole: 'script', may: ['label'], node: true],
        echo: [sole: 'message'],
        error: [sole: 'message'],
        checkout: [sole: 'scm', node: true],
        dir: [sole: 'path', node: true, body: true],
        withEnv: [sole: 'overrides', body: true],
        timeout: [needs: ['time', 'unit'], body: true],
        withCredentials: [sole: 'bindings', node: true, body: true],
        withAWS: [needs: ['credentials', 'region'], node: true, body: true],
        junit: [sole: 'testResults', may: ['allowEmptyResults'], node: true],
        recordCoverage: [needs: ['tools'], node: true],
        archiveArtifacts: [sole: 'artifacts', may: ['fingerprint', 'allowEmptyArchive'], node: true],
        stash: [sole: 'name', needs: ['includes'], node: true],
        unstash: [sole: 'name', node: true],
        cleanWs: [node: true],
        mail: [needs: ['to', 'subject', 'body']],
    ]
    static final Map<String, Map> BINDINGS = [
        usernamePassword: [needs: ['credentialsId', 'usernameVariable', 'passwordVariable']],
        string: [needs: ['credentialsId', 'variable']],
    ]

    boolean checking

    Set<String> words() { KNOWN.keySet() }

    String title() { 'steps' }

    String getScm() { 'scm' }

    def methodMissing(String name, given) {
        List arguments = given as List
        if (BINDINGS.containsKey(name)) { return [kind: name] + named(name, BINDINGS[name], arguments) }
        Map known = KNOWN[name]
        if (!known) { return super.methodMissing(name, given) }
        Closure body = null
        if (known.body) {
            if (!(arguments && arguments.last() instanceof Closure)) { throw new Invalid("${name} needs steps inside") }
            body = arguments.removeLast() as Closure
        }
        Map taken = named(name, known, arguments)
        if (name == 'timeout') { Section.milliseconds(taken) }
        if (checking) {
            if (body) { read(body) }
            return null
        }
        if (known.node && !build.workspace) { throw new Failed("${name} needs an agent") }
        Doing.invokeMethod(name, [this, taken, body] as Object[])
    }

    private static Map named(String name, Map known, List arguments) {
        if (arguments.size() > 1) { throw new Invalid("${name}: too many arguments") }
        def sole = arguments ? arguments[0] : [:]
        Map taken = sole instanceof Map ? sole : [(known.sole ?: 'nothing'): sole]
        Set<String> needed = ([known.sole].findAll() + (known.needs ?: [])) as Set
        Set<String> allowed = needed + (known.may ?: [])
        String wrong = (taken.keySet() - allowed).join(', ')
        if (wrong) { throw new Invalid("${name} doesn't take ${wrong}") }
        String missing = (needed - taken.keySet()).join(', ')
        if (missing) { throw new Invalid("${name} needs ${missing}") }
        taken
    }

}

/** What each step does. */
class Doing {

    static void sh(Steps steps, Map given, Closure body) {
        Build build = steps.build
        String script = given.script
        build.commands << script
        ProcessBuilder builder = new ProcessBuilder('sh', '-xe', '-c', script)
            .directory(build.folder).redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File('/dev/null')))
        build.environment.each { String name, value -> builder.environment()[name] = value.toString() }
        Process process = builder.start()
        // A process of its own reads, so that a command that says nothing can't outlast its time.
        Thread reader = Thread.start { process.inputStream.eachLine { build.say(it) } }
        if (!process.waitFor(build.remaining(), TimeUnit.MILLISECONDS)) {
            process.descendants().each { it.destroyForcibly() }
            process.destroyForcibly()
            throw new Aborted("timeout: ${script}")
        }
        reader.join()
        if (process.exitValue() != 0) { throw new Failed("script returned exit code ${process.exitValue()}: ${script}") }
    }

    static void echo(Steps steps, Map given, Closure body) { steps.build.say(given.message.toString()) }

    static void error(Steps steps, Map given, Closure body) { throw new Failed(given.message.toString()) }

    static void checkout(Steps steps, Map given, Closure body) {
        Build build = steps.build
        sh(steps, [script: "git clone --quiet --no-hardlinks '${build.config.repository}' ."], null)
        build.environment.GIT_COMMIT = ['git', 'rev-parse', 'HEAD'].execute(null as List, build.folder).text.trim()
    }

    static void dir(Steps steps, Map given, Closure body) {
        File outer = steps.build.folder
        steps.build.folder = new File(outer, given.path.toString())
        steps.build.folder.mkdirs()
        try { steps.read(body) } finally { steps.build.folder = outer }
    }

    static void withEnv(Steps steps, Map given, Closure body) {
        inside(steps, given.overrides.collectEntries { it.toString().split('=', 2) as List }, body)
    }

    static void timeout(Steps steps, Map given, Closure body) {
        steps.build.within(Section.milliseconds(given)) { steps.read(body) }
    }

    static void withCredentials(Steps steps, Map given, Closure body) {
        Map<String, String> bound = [:]
        given.bindings.each { Map binding ->
            Credential credential = steps.build.credential(binding.credentialsId.toString())
            if (binding.kind == 'string') { bound[binding.variable] = credential.password }
            else {
                bound[binding.usernameVariable] = credential.username
                bound[binding.passwordVariable] = credential.password
            }
        }
        inside(steps, bound, body)
    }

    static void withAWS(Steps steps, Map given, Closure body) {
        Credential credential = steps.build.credential(given.credentials.toString())
        Map account = [AWS_ACCESS_KEY_ID: credential.username, AWS_SECRET_ACCESS_KEY: credential.password,
                       AWS_REGION: given.region, AWS_DEFAULT_REGION: given.region]
        if (credential.endpoint) { account.AWS_ENDPOINT_URL = credential.endpoint }
        inside(steps, account, body)
    }

    static void junit(Steps steps, Map given, Closure body) {
        List<File> found = matching(steps.build, given.testResults.toString())
        if (!found && !given.allowEmptyResults) { throw new Failed("no test report files were found: ${given.testResults}") }
        found.each { steps.build.keep('junit', steps.build.workspace, it) }
    }

    static void recordCoverage(Steps steps, Map given, Closure body) {
        given.tools.each { Map tool ->
            matching(steps.build, tool.pattern.toString()).each { steps.build.keep('coverage', steps.build.workspace, it) }
        }
    }

    static void archiveArtifacts(Steps steps, Map given, Closure body) {
        List<File> found = matching(steps.build, given.artifacts.toString())
        if (!found && !given.allowEmptyArchive) { throw new Failed("no artifacts match ${given.artifacts}") }
        found.each { steps.build.keep('archive', steps.build.workspace, it) }
    }

    static void stash(Steps steps, Map given, Closure body) {
        List<File> found = matching(steps.build, given.includes.toString())
        if (!found) { throw new Failed("no files to stash match ${given.includes}") }
        found.each { steps.build.keep("stash/${given.name}", steps.build.workspace, it) }
    }

    static void unstash(Steps steps, Map given, Closure body) {
        File stashed = new File(steps.build.output, "stash/${given.name}")
        if (!stashed.directory) { throw new Failed("no stash ${given.name}") }
        sh(steps, [script: "cp -a '${stashed}/.' ."], null)
    }

    static void cleanWs(Steps steps, Map given, Closure body) { steps.build.workspace.eachFile { steps.build.delete(it) } }

    static void mail(Steps steps, Map given, Closure body) {
        steps.build.mails << given.collectEntries { [it.key, it.value.toString()] }
    }

    private static void inside(Steps steps, Map bound, Closure body) {
        Map outer = steps.build.environment
        steps.build.environment = outer + bound
        try { steps.read(body) } finally { steps.build.environment = outer }
    }

    private static List<File> matching(Build build, String patterns) {
        // Ant's globs, which Jenkins uses: `**/` also means no folder at all.
        List matchers = patterns.split(',')*.trim().collectMany { [it, it.replace('**/', '')] }.unique()
            .collect { FileSystems.default.getPathMatcher("glob:${it}") }
        List<File> found = []
        build.workspace.eachFileRecurse { File file ->
            def path = build.workspace.toPath().relativize(file.toPath())
            if (file.file && matchers.any { it.matches(path) }) { found << file }
        }
        found.sort()
    }

}
