import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import org.codehaus.groovy.control.CompilationFailedException

/** One build of a pipeline: its workspaces, its variables, its log, and what is left of it. */
class Build {

    Map config
    Map<String, String> environment
    File output, workspace, folder
    String result = 'SUCCESS'
    List<Map> stages = []
    List<String> commands = []
    List<Map> mails = []
    List<Map> approvals = []
    private final List<Long> deadlines = []
    private final Set<String> secrets = []
    private int workspaces = 0

    Build(Map config) {
        this.config = config
        this.output = new File(config.output.toString())
        this.environment = new LinkedHashMap(config.environment as Map)
    }

    void run(Pipeline pipeline) {
        attempt(pipeline) { pipeline.stages.each { runStage(it) } }
    }

    private void runStage(Stage stage) {
        if (result != 'SUCCESS') { note(stage, 'SKIPPED'); return }
        if (stage.when.branch && stage.when.branch != environment.BRANCH_NAME) { note(stage, 'NOT_BUILT'); return }
        Map entry = note(stage, 'SUCCESS')
        attempt(stage) {
            if (stage.steps) { new Steps(build: this).read(stage.steps) }
            stage.stages.each { runStage(it) }
        }
        entry.result = result
    }

    /** Run a section with its agent, variables and time, then its post steps. */
    private void attempt(Section section, Closure work) {
        List outer = [workspace, folder, environment]
        environment = new LinkedHashMap(environment)
        Closure guarded = {
            guard { enter(section); work() }
            section.post?.after(result)?.each { Closure steps -> guard { new Steps(build: this).read(steps) } }
        }
        Map limit = section.options.timeout as Map
        if (limit) { within(Section.milliseconds(limit), guarded) } else { guarded() }
        (workspace, folder, environment) = outer
    }

    private void enter(Section section) {
        // Nobody waits for an approval on a machine that others could use.
        if (section instanceof Stage && section.input) { approve(section) }
        if (section.agent && section.agent != 'none') {
            workspace = new File(output, "workspace-${++workspaces}")
            workspace.mkdirs()
            folder = workspace
            environment.WORKSPACE = workspace.path
        }
        if (section.variables) { new Variables(build: this).read(section.variables) }
    }

    private void approve(Stage stage) {
        approvals << [stage: stage.name, message: stage.input.message.toString(), approved: config.approve]
        if (!config.approve) { throw new Aborted("rejected: ${stage.input.message}") }
    }

    private void guard(Closure work) {
        try { work() }
        catch (Failed failed) { say("ERROR: ${failed.message}"); if (result == 'SUCCESS') { result = 'FAILURE' } }
        catch (Aborted aborted) { say("ABORTED: ${aborted.message}"); result = 'ABORTED' }
    }

    private Map note(Stage stage, String how) {
        say("[Pipeline] stage (${stage.name})${how == 'SUCCESS' ? '' : ' ' + how}")
        stages << [name: stage.name, result: how]
        stages.last()
    }

    void within(long milliseconds, Closure work) {
        deadlines << System.currentTimeMillis() + milliseconds
        try { work() } finally { deadlines.removeLast() }
    }

    long remaining() { deadlines ? Math.max(0, deadlines.min() - System.currentTimeMillis()) : Long.MAX_VALUE }

    Credential credential(String id) {
        Map kept = config.credentials[id] as Map
        if (!kept) { throw new Failed("no credentials with the id ${id}") }
        secrets << kept.password.toString()
        new Credential((kept.username ?: '').toString(), kept.password.toString(), (kept.endpoint ?: '').toString())
    }

    void say(String line) {
        println secrets.inject(line) { String text, String secret -> text.replace(secret, '****') }
        System.out.flush()
    }

    void keep(String where, File base, File file) {
        File target = new File(new File(output, where), base.toPath().relativize(file.toPath()).toString())
        target.parentFile.mkdirs()
        target.bytes = file.bytes
    }

    void delete(File file) { file.directory ? file.deleteDir() : file.delete() }

    Map summary() {
        [result: result, stages: stages, commands: commands, mails: mails, approvals: approvals]
    }

    /** Read the file; run it unless it is refused. */
    void make() {
        Map<String, String> before = environment
        String fault = null
        Pipeline pipeline = null
        Binding names = new Binding([pipeline: { Closure body -> pipeline = Pipeline.read(this, body) }])
        try {
            new GroovyShell(Build.classLoader, names).evaluate(new File(config.jenkinsfile.toString()))
            if (!pipeline) { throw new Invalid('no pipeline in the file') }
        } catch (Invalid | CompilationFailedException | MissingMethodException refused) {
            fault = refused.message
            result = 'INVALID'
            say("INVALID: ${fault}")
        }
        if (!fault) {
            environment = before
            run(pipeline)
        }
        new File(output, 'result.json').text = JsonOutput.toJson(summary() + [fault: fault])
    }

    static void main(String[] files) {
        files.each { new Build(new JsonSlurper().parse(new File(it)) as Map).make() }
    }

}
